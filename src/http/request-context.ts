import { type FastifyRequest } from 'fastify';
import { type Operation } from './operations.js';
import { ProblemError, PROBLEMS, recordedMessage } from './problem.js';
import { type ScopeName } from './scope.decorator.js';
import { uuidv7 } from './uuid.js';

const MAX_USER_AGENT = 200;
const MAX_TRACE_ID = 200;

/** What is known of one request while it is served: who asks, for what, since when, and how it is recorded. */
export class RequestContext {
  /** The `X-Request-Id` of the answer and the key of its audit row. */
  readonly id: string;
  readonly arrivedAt = new Date();
  /** The peer, or whom the proxies in front name. */
  readonly address: string;
  /** `<address> <user agent>` */
  client: string | null;
  /** The client's own request id or `traceparent`. */
  traceId: string | null;

  /** Null until routed, and for an unknown route. */
  operation: Operation | null = null;
  /** The signed-in user, once the guard has let them in. */
  principal: Principal | null = null;
  /** What the operation is about, for the record. */
  resourceId: string | null = null;
  details: object | null = null;
  /** In place of the two, for a change that says itself what it is about and what has become of it. */
  outcome: Outcome | null = null;
  errorMessage: string | null = null;
  /** The status of the answer if nothing goes wrong. */
  successStatus = 200;
  /** Set once the audit row is stored together with the change. */
  isRecorded = false;

  private readonly startedMs = performance.now();
  private endedMs: number | null = null;

  constructor(origin: {
    id: string;
    method: string;
    address: string | undefined;
    headers: FastifyRequest['headers'];
  }) {
    this.id = origin.id;
    this.method = origin.method;
    const agent = (origin.headers['user-agent'] ?? '').slice(0, MAX_USER_AGENT);
    this.address = origin.address ?? '-';
    this.client = `${this.address} ${agent}`.trim();
    const trace = origin.headers['x-request-id'] ?? origin.headers['traceparent'];
    this.traceId = typeof trace === 'string' ? trace.slice(0, MAX_TRACE_ID) : null;
  }

  readonly method: string;

  static newId(): string {
    return uuidv7();
  }

  /**
   * The id of the signed-in user.
   *
   * @throws ProblemError `unauthorized` when nobody is signed in
   */
  get userId(): string {
    if (this.principal === null) throw new ProblemError('unauthorized', 'Sign in first.');
    return this.principal.userId;
  }

  /** What the request tried to do: its operation, or how it missed one. */
  actionFor(status: number): string {
    if (this.operation) return this.operation.action;
    return status === 404 || status === 405 ? 'UNKNOWN_ROUTE' : 'BAD_REQUEST';
  }

  /** From the arrival to the end of the handler, or to now. */
  get durationMs(): number {
    return Math.max(0, (this.endedMs ?? performance.now()) - this.startedMs);
  }

  /**
   * A context for a change that is made on the way to what the request asks for, such as signing up whoever comes for
   * the first time. The change has its own row in the record, beside that of the request.
   */
  aside(action: string, status: number): RequestContext {
    const { method, client, operation } = this;
    const id = RequestContext.newId();
    const aside = new RequestContext({ id, method, address: undefined, headers: {} });
    aside.client = client;
    aside.operation = operation && { ...operation, action };
    aside.successStatus = status;
    return aside;
  }

  /** Lets the row that is stored with a change speak of a refusal, to be thrown once the change is committed. */
  refuseWith(problem: ProblemError): void {
    [this.successStatus] = PROBLEMS[problem.code];
    this.errorMessage = recordedMessage(problem);
  }

  /** Leaves nothing in the record that leads back to the user who has just been deleted. */
  forgetUser(): void {
    this.principal = null;
    this.client = null;
    this.traceId = null;
  }

  stopClock(): void {
    this.endedMs ??= performance.now();
  }
}

/**
 * A SELECT of the `resource_id` and `details` of what a change has made, which goes with its user when they go; of no row
 * when nothing has changed.
 */
export interface Outcome {
  text: string;
  values: unknown[];
}

/** Who signed in, and by what. */
export interface Principal {
  userId: string;
  /** Null when no session is behind it, as with an API key. */
  sessionId: string | null;
  /** What an API key may do; null when nothing is forbidden. */
  scopes: readonly ScopeName[] | null;
  /** When the token that was sent was issued; unset for a key. */
  tokenIssuedAtMs?: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    context: RequestContext;
  }
}
