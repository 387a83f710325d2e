import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { contextOf } from '../http/context.decorator.js';
import { insufficientScope } from './token-problems.js';

/** Lets an API key do what one of its scopes opens, and nothing else. A session may do everything. */
@Injectable()
export class ScopeGuard implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    const { operation, principal } = contextOf(execution);
    if (!principal?.scopes) return true;
    const scope = operation?.scope ?? null;
    if (scope === null || !principal.scopes.includes(scope)) throw insufficientScope(scope);
    return true;
  }
}
