import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

const COMMIT = Buffer.from('COMMIT\0');

/** A wire between the application and PostgreSQL that can be cut or stopped at the moments that matter. */
export class WireProxy {
  /** What becomes of the next COMMIT: it arrives and its answer is lost, or it is lost itself. */
  private cut: 'answer' | 'commit' | null = null;
  private isStalled = false;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('connection', (client) => {
      this.join(client);
    });
  }

  static async start(url: string): Promise<WireProxy> {
    const server = createServer();
    const proxy = new WireProxy(server, new URL(url));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** The database's URL by way of this proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.searchParams.delete('host');
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  loseNextCommit(cut: 'answer' | 'commit'): void {
    this.cut = cut;
  }

  /** Keeps every byte from now on, as a server that has been stopped does. */
  stall(): void {
    this.isStalled = true;
    for (const socket of this.sockets) socket.pause();
  }

  resume(): void {
    this.isStalled = false;
    for (const socket of this.sockets) socket.resume();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    const database = this.connectToDatabase();
    let isAnswerLost = false;
    client.on('data', (bytes) => {
      const cut = bytes.includes(COMMIT) ? this.cut : null;
      if (cut !== null) this.cut = null;
      if (cut === 'commit') client.destroy();
      else database.write(bytes);
      isAnswerLost ||= cut === 'answer';
    });
    database.on('data', (bytes) => {
      if (isAnswerLost) client.destroy();
      else client.write(bytes);
    });
    for (const [socket, other] of [
      [client, database],
      [database, client],
    ] as const) {
      this.sockets.add(socket);
      if (this.isStalled) socket.pause();
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
  }

  private connectToDatabase(): Socket {
    const directory = this.target.searchParams.get('host');
    const port = Number(this.target.port || 5432);
    if (directory !== null) return connect(`${directory}/.s.PGSQL.${String(port)}`);
    return connect(port, this.target.hostname);
  }
}
