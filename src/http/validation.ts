import { type ValidationError, ValidationPipe } from '@nestjs/common';
import { type FieldProblem, ProblemError } from './problem.js';

/** Validates every body, query and path parameter that has a DTO, and refuses fields that the DTO does not name. */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => {
      const problems = errors.flatMap((error) => fieldProblems(error, []));
      return new ProblemError('validation_failed', summary(problems), { errors: problems });
    },
  });
}

function fieldProblems(error: ValidationError, parents: string[]): FieldProblem[] {
  const path = [...parents, error.property];
  const own = Object.values(error.constraints ?? {}).map((message) => ({
    path: [...parents, subject(message, error.property)].join('.'),
    message,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => fieldProblems(child, path))];
}

/** What a message is about: its first word when that is an item of the property, such as `tags.3`. */
function subject(message: string, property: string): string {
  const [word = ''] = message.split(' ', 1);
  return word.startsWith(`${property}.`) ? word : property;
}

function summary(problems: FieldProblem[]): string {
  const [first] = problems;
  if (!first) return 'The request is not valid.';
  const more = problems.length - 1;
  return more === 0 ? `${first.message}.` : `${first.message}, and ${String(more)} more.`;
}
