import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { Authenticator } from './authenticator.js';
import { invalidToken, missingToken } from './token-problems.js';

const MAX_TOKEN_LENGTH = 2048;

/** Lets nobody through without a valid access token, except to what is declared `@Public()`. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(private readonly authenticator: Authenticator) {}

  canActivate(execution: ExecutionContext): boolean | Promise<boolean> {
    const { context, headers } = execution.switchToHttp().getRequest<FastifyRequest>();
    if (context.operation?.isPublic) return true;
    const token = bearerToken(headers.authorization);
    context.principal = this.authenticator.recall(token);
    if (context.principal !== null) return true;
    return this.authenticator.authenticate(token).then((principal) => {
      context.principal = principal;
      return true;
    });
  }
}

/** @throws ProblemError `unauthorized` without a bearer token, `invalid_token` when it cannot be one */
function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined || !/^bearer /i.test(authorization)) throw missingToken();
  const token = authorization.slice('bearer '.length).trimStart();
  if (token.length > MAX_TOKEN_LENGTH) throw invalidToken();
  return token;
}
