import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { freePort } from '../program.js';

/** An HTTP server on loopback that counts what it is asked, and can go away and come back at the same address. */
export class LoopbackServer {
  /** The paths that were asked for, in order. */
  readonly requests: string[] = [];
  private server: Server | null = null;

  private constructor(
    private readonly port: number,
    private readonly listener: RequestListener,
  ) {}

  static async start(listener: RequestListener): Promise<LoopbackServer> {
    const server = new LoopbackServer(await freePort(), listener);
    await server.resume();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  /** How often a path was asked for. */
  count(path: string): number {
    return this.requests.filter((requested) => requested === path).length;
  }

  async resume(): Promise<void> {
    this.server = createServer((request, response) => {
      this.requests.push(request.url ?? '');
      this.listener(request, response);
    }).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = null;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }
}
