import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

const COMMIT = Buffer.from('COMMIT\0');

/** Stands between the app and its database, to take the database away, or its answers, and bring it back. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private isOpen = true;
  private isStalled = false;
  /** How many connections have been opened through it so far. */
  connections = 0;
  private loss: 'commit' | 'answer' | null = null;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('connection', (client) => {
      this.connections++;
      this.forward(client);
    });
  }

  /** In front of the server of a PostgreSQL URL. */
  static async before(url: string): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server, new URL(url));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** The URL that leads through the proxy. */
  get url(): string {
    const through = new URL(this.target);
    through.searchParams.delete('host');
    through.hostname = '127.0.0.1';
    through.port = String((this.server.address() as AddressInfo).port);
    return through.href;
  }

  /** Breaks every connection and refuses new ones. */
  cut(): void {
    this.isOpen = false;
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void {
    this.isOpen = true;
  }

  /** Keeps every byte from now on, as a server that was stopped does. */
  stall(): void {
    this.isStalled = true;
    for (const socket of this.sockets) socket.pause();
  }

  resume(): void {
    this.isStalled = false;
    for (const socket of this.sockets) socket.resume();
  }

  /** Breaks the connection that sends the next COMMIT: before it arrives, or once it was answered. */
  loseNextCommit(loss: 'commit' | 'answer'): void {
    this.loss = loss;
  }

  async stop(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private forward(client: Socket): void {
    if (!this.isOpen) {
      client.destroy();
      return;
    }
    const directory = this.target.searchParams.get('host');
    const port = Number(this.target.port || 5432);
    const upstream = directory
      ? connect(`${directory}/.s.PGSQL.${String(port)}`)
      : connect(port, this.target.hostname);
    this.relay(client, upstream);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(socket);
      if (this.isStalled) socket.pause();
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
  }

  private relay(client: Socket, upstream: Socket): void {
    let isAnswerLost = false;
    client.on('data', (bytes) => {
      const loss = bytes.includes(COMMIT) ? this.loss : null;
      if (loss !== null) this.loss = null;
      if (loss === 'commit') client.destroy();
      else upstream.write(bytes);
      isAnswerLost ||= loss === 'answer';
    });
    upstream.on('data', (bytes) => {
      if (isAnswerLost) client.destroy();
      else client.write(bytes);
    });
  }
}
