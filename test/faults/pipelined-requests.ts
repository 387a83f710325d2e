import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Many requests at once over few connections: each sends all of its own without waiting for an answer. */
export class PipelinedRequests {
  private constructor(
    private readonly received: Promise<number[]>[],
    private readonly sockets: Socket[],
  ) {}

  static async send(
    url: string,
    { connections, each, bearer }: { connections: number; each: number; bearer: string },
  ): Promise<PipelinedRequests> {
    const { hostname, port } = new URL(url);
    const sockets = Array.from({ length: connections }, () => connect(Number(port), hostname));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    const received = sockets.map((socket) => statusesFrom(socket, each));
    // Whoever asks for the statuses learns of a failure; until then nobody has to.
    for (const answers of received) answers.catch(() => undefined);
    for (const socket of sockets) socket.write(unacceptable(bearer).repeat(each));
    return new PipelinedRequests(received, sockets);
  }

  /** The status of every answer, once all have come. */
  async statuses(): Promise<number[]> {
    const statuses = await Promise.all(this.received);
    for (const socket of this.sockets) socket.destroy();
    return statuses.flat();
  }
}

/** Refused by validation, so that it needs the database for nothing but its row. */
function unacceptable(bearer: string): string {
  return `GET /api/tasks?limit=0 HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${bearer}\r\n\r\n`;
}

function statusesFrom(socket: Socket, count: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, code]) => Number(code));
      if (statuses.length === count) resolve(statuses);
    });
    socket.on('error', reject);
    socket.on('close', () => {
      reject(new Error('closed before all was answered'));
    });
  });
}
