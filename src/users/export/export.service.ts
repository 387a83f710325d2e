import { Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import { ExportParts } from '../../http/export-parts.js';
import { ProblemError } from '../../http/problem.js';
import { type RequestContext } from '../../http/request-context.js';
import { type UserProfile, UsersService } from '../users.service.js';

const RETRY_AFTER_SECONDS = '5';

/** Everything there is about a user as one JSON document, read while it is sent. */
@Injectable()
export class ExportService {
  private readonly logger = new Logger(ExportService.name);
  private readonly underWay = new Set<string>();

  constructor(
    private readonly users: UsersService,
    private readonly parts: ExportParts,
  ) {}

  /**
   * The document as a stream of UTF-8. It fails, and so breaks the answer off, when something can no longer be read.
   *
   * @throws ProblemError `rate_limited` while another export of the user is under way: each is many statements, one
   * after the other
   */
  async open(context: RequestContext): Promise<Readable> {
    const { id, userId } = context;
    const profile = await this.users.getProfile(userId);
    if (this.underWay.has(userId)) throw alreadyUnderWay();
    this.underWay.add(userId);
    const document = Readable.from(this.pieces(context, profile), { objectMode: false });
    document.once('close', () => this.underWay.delete(userId));
    document.once('error', (error) => {
      this.logger.error({ msg: 'an export broke off', requestId: id, err: error });
    });
    return document;
  }

  private async *pieces(context: RequestContext, profile: UserProfile): AsyncGenerator<string> {
    const exportedAt = JSON.stringify(context.arrivedAt);
    yield `{"exportedAt":${exportedAt},"profile":${JSON.stringify(profile)}`;
    for (const [name, part] of this.parts.all()) {
      yield `,${JSON.stringify(name)}:`;
      yield* part(context);
    }
    yield '}';
  }
}

function alreadyUnderWay(): ProblemError {
  return new ProblemError('rate_limited', 'Another export of yours is under way.', {
    headers: { 'Retry-After': RETRY_AFTER_SECONDS },
  });
}
