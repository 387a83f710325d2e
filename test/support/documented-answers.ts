import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { type ApiOperation, openApi } from './api-inputs.js';

export interface Answer {
  status: number;
  type: string | undefined;
  text: string;
}

interface Documented {
  content?: Record<string, { examples?: Record<string, unknown> }>;
}

/** What must not be said to anybody: stacks, statements, tables, constraints, paths, hosts. */
const INTERNALS =
  /\n\s+at |\.[jt]s:\d+|node_modules|\/src\/|\bSELECT |\bINSERT INTO|\bUPDATE |_check\b|_pkey\b|_key\b|ECONN|postgres|127\.0\.0\.1/;

/** Put together by modules that do not know each other: its description says so in words. */
const OPEN = ['UserExport'];

/** Judges answers by the OpenAPI document, which is taken at its word: what it does not describe must not be there. */
export class DocumentedAnswers {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: false });
  private readonly validators = new Map<string, ValidateFunction>();

  constructor() {
    formats.default(this.ajv);
    this.ajv.addSchema({ $id: 'api', ...(closed(openApi) as object) });
  }

  /** Why the operation must not answer this, or null. */
  complaint(operation: ApiOperation, { status, type, text }: Answer): string | null {
    if (status >= 500) return `${operation.id} fails`;
    const documented = responsesOf(operation)[String(status)];
    if (!documented) return `${operation.id} has no ${String(status)}`;
    const media = (type ?? '').split(';', 1).join();
    if (!documented.content) return text === '' ? null : `${operation.id} has no ${media}`;
    const content = documented.content[media];
    if (!content) return `${operation.id} has no ${media}`;
    const place = ['responses', String(status), 'content', media, 'schema'];
    const pointer = ['paths', operation.path, operation.method, ...place];
    return this.mismatch(pointer, text) ?? unexpectedProblem(content.examples, status, text);
  }

  private mismatch(pointer: string[], text: string): string | null {
    const escaped = pointer.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'));
    const $ref = `api#/${escaped.map(encodeURIComponent).join('/')}`;
    const validate = this.validators.get($ref) ?? this.ajv.compile({ $ref });
    this.validators.set($ref, validate);
    const value: unknown = pointer.includes('text/plain') ? text : JSON.parse(text);
    return validate(value) ? null : this.ajv.errorsText(validate.errors);
  }
}

function responsesOf({ method, path }: ApiOperation): Partial<Record<string, Documented>> {
  return (openApi.paths[path]?.[method]?.responses ?? {}) as Record<string, Documented>;
}

function unexpectedProblem(examples: object = {}, status: number, text: string): string | null {
  if (status < 400) return null;
  if (INTERNALS.test(text)) return 'it says too much';
  const { code } = JSON.parse(text) as { code: string };
  return code in examples ? null : `${code} is not documented`;
}

/** The same with every object that has described members closed to others. */
function closed(node: unknown, name: string = ''): unknown {
  if (Array.isArray(node)) return node.map((item) => closed(item));
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).map(([key, value]) => [key, closed(value, key)] as const);
  return {
    ...Object.fromEntries(entries),
    ...(isDescribed(node) && !OPEN.includes(name) && { additionalProperties: false }),
  };
}

function isDescribed(node: object): boolean {
  return 'properties' in node && 'type' in node && typeof node.properties === 'object';
}
