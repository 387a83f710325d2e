import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { Authenticator } from './authenticator.js';
import { invalidToken, missingToken } from './token-problems.js';

/** Other identity providers put a whole profile into theirs. */
const MAX_TOKEN_LENGTH = 8192;
/** Where tokens do not belong (RFC 9700, section 4.3.2): addresses end up in logs and histories. */
const QUERY_TOKENS = ['access_token', 'token'];

/** Lets nobody through without a valid access token, except to what is declared `@Public()`. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(private readonly authenticator: Authenticator) {}

  canActivate(execution: ExecutionContext): boolean | Promise<boolean> {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    const { context } = request;
    if (context.operation?.isPublic) return true;
    const token = bearerToken(request);
    context.principal = this.authenticator.recall(token);
    if (context.principal !== null) return true;
    return this.authenticator.authenticate(token, context).then((principal) => {
      context.principal = principal;
      return true;
    });
  }
}

/** @throws ProblemError `unauthorized` without a bearer token, `invalid_token` when it cannot be one */
function bearerToken({ headers: { authorization }, query }: FastifyRequest): string {
  if (authorization === undefined || !/^bearer /i.test(authorization)) {
    throw isTokenIn(query) ? invalidToken() : missingToken();
  }
  const token = authorization.slice('bearer '.length).trimStart();
  if (token.length > MAX_TOKEN_LENGTH) throw invalidToken();
  return token;
}

function isTokenIn(query: unknown): boolean {
  return QUERY_TOKENS.some((name) => name in (query as object));
}
