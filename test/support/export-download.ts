import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type TestApp } from './test-app.js';

/** An export of which nothing has been read so far. */
export interface Download {
  request: ClientRequest;
  response: IncomingMessage;
}

/** Asks for an export and resolves once the head of the answer is there; rejects when it is refused. */
export function startDownload(app: TestApp, { bearer }: { bearer: string }): Promise<Download> {
  const { port } = app.nest.getHttpServer().address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const path = '/api/users/me/export';
    const asked = request({ port, path, headers: { Authorization: bearer }, agent: false });
    asked.on('error', reject);
    asked.on('response', (response) => {
      if (response.statusCode === 200) resolve({ request: asked, response });
      else reject(new Error(`answered with ${String(response.statusCode)}`));
    });
    asked.end();
  });
}

/** Reads on to the end. Rejects when the connection ends before the document does. */
export async function textOf({ response }: Download): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
