import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { GUARDS_METADATA } from '@nestjs/common/constants.js';
import { type FastifyRequest } from 'fastify';
import { type FieldProblem, invalidField, ProblemError } from './problem.js';

/** More than any operation reads, and few enough to be judged one by one. */
const MAX_FIELDS = 50;
const MAX_REPETITIONS = 200;

/**
 * Refuses by name what no validation sees: fields of a query or a body that the handler does not take, and query fields
 * that go by the name of something every object has. A route with guards of its own names it behind them.
 */
@Injectable()
export class UndeclaredInputGuard implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    const { query, body, context } = execution.switchToHttp().getRequest<FastifyRequest>();
    const { operation } = context;
    refuseMasses(query);
    const fields = fieldsOf(query);
    const undeclared = [
      ...fields.filter((name) => !operation?.takesQuery || name in Object.prototype),
      ...fieldsOf(body).filter(() => !operation?.takesBody),
    ];
    if (undeclared.length > 0) throw refusal(undeclared);
    return true;
  }
}

/** For every route without guards of its own: those judge before it does, wherever they are. */
@Injectable()
export class GlobalUndeclaredInputGuard extends UndeclaredInputGuard {
  override canActivate(execution: ExecutionContext): boolean {
    const places = [execution.getHandler(), execution.getClass()];
    const hasOwnGuards = places.some((place) => Reflect.hasMetadata(GUARDS_METADATA, place));
    return hasOwnGuards || super.canActivate(execution);
  }
}

function refuseMasses(query: unknown): void {
  const fields = fieldsOf(query);
  if (fields.length > MAX_FIELDS) {
    throw invalidField('', `A query may have ${String(MAX_FIELDS)} fields.`);
  }
  const values = query as Record<string, unknown>;
  for (const name of fields) {
    const count = Array.isArray(values[name]) ? values[name].length : 1;
    if (count <= MAX_REPETITIONS) continue;
    throw invalidField(name, `${name} may be given ${String(MAX_REPETITIONS)} times.`);
  }
}

function fieldsOf(input: unknown): string[] {
  return typeof input === 'object' && input !== null ? Object.keys(input) : [];
}

function refusal(names: string[]): ProblemError {
  const errors = names.map((path): FieldProblem => ({
    path,
    message: `property ${path} should not exist`,
  }));
  return new ProblemError('validation_failed', `${errors[0]?.message ?? ''}.`, { errors });
}
