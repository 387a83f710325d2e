import { connect, type AddressInfo } from 'node:net';
import { type TestApp } from './test-app.js';

export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Sends bytes as they are to the application's port and reads its one answer, until the connection is closed. */
export async function sendRaw(app: TestApp, ...bytes: (string | Buffer)[]): Promise<RawAnswer> {
  const { port } = app.nest.getHttpServer().address() as AddressInfo;
  const answer = await new Promise<Buffer>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.setTimeout(5000, () => socket.destroy(new Error('no answer')));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(Buffer.concat(chunks));
    });
    for (const part of bytes) socket.write(part);
  });
  return parseAnswer(answer.toString());
}

/** A request with its body; `Connection: close` so that the answer has an end. */
export function rawRequest(
  line: string,
  headers: Record<string, string> = {},
  body: string | Buffer = '',
): Buffer {
  const all = { Host: 'localhost', Connection: 'close', ...headers };
  const head = [
    `${line} HTTP/1.1`,
    ...Object.entries(all).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)]);
}

/** Reads one answer from the bytes of a connection. */
export function parseAnswer(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const [name = '', ...value] = line.split(': ');
      return [name.toLowerCase(), value.join(': ')];
    }),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, body: rest.join('\r\n\r\n') };
}
