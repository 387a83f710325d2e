import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Both the command and what PostgreSQL answers once it has obeyed. */
const COMMIT = 'COMMIT\0';

/** What to do when a client has sent certain bytes: before they arrive, or once they were answered. */
interface Trap {
  bytes: Buffer;
  stage: 'arriving' | 'answered';
  /** What the client hears before it is left alone, after the answer if there is one. */
  lastWord?: Buffer;
  /** What of the answer it takes: statements sent in front of COMMIT may be answered before it is obeyed. */
  answer: Buffer;
  spring: () => void;
}

/** Stands between the app and its database, to take the database away, or its answers, and bring it back. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private isOpen = true;
  private isStalled = false;
  /** How many connections have been opened through it so far. */
  connections = 0;
  private trap: Trap | null = null;
  private delayMs = 0;

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

  /** Whether anyone is connected through it. */
  get isInUse(): boolean {
    return this.sockets.size > 0;
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
    this.breakOn(COMMIT, loss === 'commit' ? 'arriving' : 'answered');
  }

  /** Keeps the next COMMIT, and says what a pooler says that has lost its server. */
  refuseNextCommit(): void {
    this.refuse(COMMIT, '08P01');
  }

  /** Keeps what next has `text` in it, and ends the connection by an SQLSTATE instead. */
  refuse(text: string, state: string): void {
    this.breakOn(text, 'arriving');
    this.trap = this.trap && { ...this.trap, lastWord: fatal(state) };
  }

  /** Lets the next COMMIT be answered, but nothing after it: as when the server is told to stop at that moment. */
  shutDownAfterNextCommit(): void {
    this.loseNextCommit('answer');
    this.trap = this.trap && { ...this.trap, lastWord: fatal('57P01') };
  }

  /** Breaks the connection that next sends `text`, before it arrives or once it was answered, and calls `spring`. */
  breakOn(text: string, stage: Trap['stage'], spring: Trap['spring'] = () => undefined): void {
    const answer = Buffer.from(text === COMMIT ? COMMIT : '');
    this.trap = { bytes: Buffer.from(text), stage, answer, spring };
  }

  /** Holds every byte up, each way. */
  slowDown(delayMs: number): void {
    this.delayMs = delayMs;
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
    let sprung: Trap | null = null;
    const toClient = this.writer(client);
    const toUpstream = this.writer(upstream);
    client.on('data', (bytes) => {
      const trap = this.trapFor(bytes);
      if (trap?.stage === 'arriving') {
        trap.spring();
        if (trap.lastWord) client.end(trap.lastWord);
        else client.destroy();
        return;
      }
      sprung ??= trap;
      toUpstream(bytes);
    });
    upstream.on('data', (bytes) => {
      if (!sprung || !bytes.includes(sprung.answer)) {
        toClient(bytes);
        return;
      }
      sprung.spring();
      const { lastWord, answer } = sprung;
      const answered = bytes.subarray(0, bytes.indexOf(answer) + answer.length);
      if (lastWord) client.end(Buffer.concat([answered, lastWord]));
      else client.destroy();
    });
  }

  /** Writes bytes when their time has come, and none before those that came earlier, however the delay has changed. */
  private writer(to: Socket): (bytes: Buffer) => void {
    const held: Buffer[] = [];
    return (bytes) => {
      if (this.delayMs === 0 && held.length === 0) {
        to.write(bytes);
        return;
      }
      held.push(bytes);
      setTimeout(() => {
        const earliest = held.shift();
        if (earliest && !to.destroyed) to.write(earliest);
      }, this.delayMs);
    };
  }

  private trapFor(bytes: Buffer): Trap | null {
    const { trap } = this;
    if (!trap || !bytes.includes(trap.bytes)) return null;
    this.trap = null;
    return trap;
  }
}

/** The message by which PostgreSQL, or a pooler, ends a connection. */
function fatal(state: string): Buffer {
  const fields = ['SFATAL', `C${state}`, 'Mthe end', ''].join('\0') + '\0';
  const length = Buffer.alloc(4);
  length.writeInt32BE(length.length + fields.length);
  return Buffer.concat([Buffer.from('E'), length, Buffer.from(fields)]);
}
