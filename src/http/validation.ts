import {
  type ArgumentMetadata,
  Injectable,
  type PipeTransform,
  type ValidationError,
  ValidationPipe,
} from '@nestjs/common';
import { type DtoReader, dtoReader } from './dto-reader.js';
import { type FieldProblem, ProblemError } from './problem.js';

/**
 * Validates every body, query and path parameter that has a DTO, and refuses fields that the DTO does not name. What
 * `DtoReader` finds nothing wrong with is valid; all else goes to Nest's own pipe, which says why.
 */
@Injectable()
export class DtoPipe implements PipeTransform {
  private readonly readers = new WeakMap<object, DtoReader | null>();

  private readonly thorough = new ValidationPipe({
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

  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    const { type, metatype } = metadata;
    if (type === 'custom' || metatype === undefined || metatype === Object) return value;
    const input = value === undefined ? {} : value;
    const instance = isObject(input) ? this.readerOf(metatype)?.(input) : null;
    return instance ?? this.thorough.transform(value, metadata);
  }

  private readerOf(dto: new () => object): DtoReader | null {
    const known = this.readers.get(dto);
    if (known !== undefined) return known;
    const reader = dtoReader(dto);
    this.readers.set(dto, reader);
    return reader;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
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
