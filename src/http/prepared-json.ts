import { type FastifyReply } from 'fastify';

/** An answer whose body is JSON text already, as PostgreSQL built it, with the headers that go with it. */
export class PreparedJson {
  constructor(
    private readonly text: string,
    private readonly headers: Record<string, string> = {},
  ) {}

  /** Sends the text as it is in place of what would be serialised. */
  replaceBodyOf(reply: FastifyReply): void {
    reply
      .type('application/json; charset=utf-8')
      .headers(this.headers)
      .serializer(() => this.text);
  }
}
