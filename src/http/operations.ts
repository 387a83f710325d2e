import { Injectable, type OnModuleInit, RequestMethod } from '@nestjs/common';
import {
  HTTP_CODE_METADATA,
  METHOD_METADATA,
  PATH_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { type ProblemCode } from './problem.js';
import { PROBLEM_CODES } from './problems.decorator.js';
import { PUBLIC } from './public.decorator.js';
import { REQUIRED_SCOPE, type ScopeName } from './scope.decorator.js';

/** One route of the API. Its handler's name is its `operationId`, unique among all. */
export interface Operation {
  id: string;
  /** The id in UPPER_SNAKE: `CREATE_TASK`. */
  action: string;
  method: string;
  /** The template, such as `/api/tasks/:ref`. */
  path: string;
  isPublic: boolean;
  /** What an API key must be allowed to do; null when it takes more than an API key. */
  scope: ScopeName | null;
  /** Whether its requests have rows in `audit_logs`. */
  isRecorded: boolean;
  /** Whether its handler reads the query, and the body. */
  takesQuery: boolean;
  takesBody: boolean;
  /** The status of its answer when nothing goes wrong. */
  successStatus: number;
  /** The codes of the problems that are its own. */
  problems: ProblemCode[];
}

const UNRECORDED = /^\/(health|metrics|audit|api\/docs|api\/openapi\.json)(\/|$)/;

/** The routes that the controllers declare. */
@Injectable()
export class Operations implements OnModuleInit {
  private readonly byRoute = new Map<string, Operation>();
  private templates: { pattern: RegExp; method: string }[] = [];
  /** The methods of each path without parameters. */
  private readonly literals = new Map<string, string[]>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    for (const operation of this.discover()) {
      this.byRoute.set(`${operation.method} ${operation.path}`, operation);
    }
    for (const { method, path } of this.all().filter(({ path }) => !path.includes(':'))) {
      this.literals.set(path, [...(this.literals.get(path) ?? []), method]);
    }
    this.templates = this.all().map(({ method, path }) => ({ method, pattern: patternOf(path) }));
  }

  all(): Operation[] {
    return [...this.byRoute.values()];
  }

  /** The operation behind a matched route, HEAD being its GET. */
  find(method: string, template: string | undefined): Operation | null {
    return this.byRoute.get(`${method === 'HEAD' ? 'GET' : method} ${template ?? ''}`) ?? null;
  }

  /**
   * Whether a path is a route of its own, which does not take the method, and was only matched by a template: no task is
   * called `best`.
   */
  isHidden(method: string, template: string | undefined, path: string): boolean {
    if (template?.includes(':') !== true) return false;
    return this.literals.get(path)?.includes(method) === false;
  }

  /** The methods that some route takes at this path. */
  methodsAt(path: string): string[] {
    const methods = this.literals.get(path) ?? this.matchingMethods(path);
    return [...new Set(methods.includes('GET') ? ['HEAD', ...methods] : methods)].sort();
  }

  private matchingMethods(path: string): string[] {
    return this.templates.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
  }

  private discover(): Operation[] {
    return this.discovery.getControllers().flatMap(({ instance, metatype }) => {
      const prototype = Object.getPrototypeOf(instance) as Record<string, object>;
      const base = this.reflector.get<string>(PATH_METADATA, metatype as never);
      return this.scanner.getAllMethodNames(prototype).flatMap((id) => {
        const handler = prototype[id] as never;
        const method = this.reflector.get<RequestMethod | undefined>(METHOD_METADATA, handler);
        if (method === undefined) return [];
        const path = joined(base, this.reflector.get<string>(PATH_METADATA, handler));
        return {
          id,
          action: id.replace(/[A-Z]/g, '_$&').toUpperCase(),
          method: RequestMethod[method],
          path,
          isPublic:
            this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, [
              handler,
              metatype as never,
            ]) ?? false,
          scope: this.reflector.get<ScopeName | undefined>(REQUIRED_SCOPE, handler) ?? null,
          isRecorded: !UNRECORDED.test(path),
          successStatus:
            this.reflector.get<number | undefined>(HTTP_CODE_METADATA, handler) ??
            (method === RequestMethod.POST ? 201 : 200),
          ...inputsOf(metatype as object, id),
          problems: this.reflector.get<ProblemCode[] | undefined>(PROBLEM_CODES, handler) ?? [],
        };
      });
    });
  }
}

function inputsOf(
  controller: object,
  handler: string,
): Pick<Operation, 'takesQuery' | 'takesBody'> {
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) ??
    {}) as object;
  const takes = (type: RouteParamtypes) =>
    Object.keys(parameters).some((key) => key.startsWith(`${String(type)}:`));
  return { takesQuery: takes(RouteParamtypes.QUERY), takesBody: takes(RouteParamtypes.BODY) };
}

function joined(...segments: string[]): string {
  return `/${segments
    .flatMap((segment) => segment.split('/'))
    .filter((segment) => segment !== '')
    .join('/')}`;
}

function patternOf(template: string): RegExp {
  return new RegExp(`^${template.replace(/[.]/g, '\\.').replace(/:[^/]+/g, '[^/]+')}$`);
}
