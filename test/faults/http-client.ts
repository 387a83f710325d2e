import { Agent, request } from 'node:http';

const ANSWER_TIMEOUT_MS = 15_000;

export interface Answer {
  status: number;
  requestId: string | null;
  body: Record<string, unknown>;
}

export interface Ask {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: object;
}

/** One client with one connection, which it keeps as long as the server does. */
export class HttpClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(private readonly url: string) {}

  /** @throws NodeJS.ErrnoException when no complete answer came: `ECONNREFUSED` means that nothing was sent */
  send({ method, path, headers = {}, body }: Ask): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = request(this.url + path, {
        method,
        agent: this.agent,
        timeout: ANSWER_TIMEOUT_MS,
        headers: {
          ...headers,
          ...(text !== undefined && {
            'Content-Type': 'application/json',
            'Content-Length': Buffer.byteLength(text),
          }),
        },
      });
      sent.on('timeout', () => sent.destroy(new Error('no answer')));
      sent.on('error', reject);
      sent.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answered = Buffer.concat(chunks).toString();
          const id = response.headers['x-request-id'];
          resolve({
            status: response.statusCode ?? 0,
            requestId: typeof id === 'string' ? id : null,
            body: answered === '' ? {} : (JSON.parse(answered) as Record<string, unknown>),
          });
        });
      });
      sent.end(text);
    });
  }

  /** Leaves without waiting for the answer; the next request goes over a new connection. */
  abandon(): void {
    for (const sockets of Object.values(this.agent.sockets)) {
      for (const socket of sockets ?? []) socket.destroy();
    }
  }

  close(): void {
    this.agent.destroy();
  }
}
