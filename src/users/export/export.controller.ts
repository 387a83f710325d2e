import { Controller, Get, Res, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '#openapi';
import { type FastifyReply } from 'fastify';
import { Context } from '../../http/context.decorator.js';
import { RequestContext } from '../../http/request-context.js';
import { UserExport } from './user-export.dto.js';
import { ExportService } from './export.service.js';

/** A client that takes nothing for so long is taken for gone. */
const STALLED_MS = 30_000;

@ApiTags('users')
@Controller('api/users/me/export')
export class ExportController {
  constructor(private readonly exports: ExportService) {}

  @Get()
  @ApiOperation({
    summary: 'Get everything there is about you, as one JSON document to keep',
    description:
      'Each list is read page by page while it is sent: what changes meanwhile is in it or not, but nothing is in it twice, and what does not change is in it. The record ends with this request. A document that breaks off is not valid JSON: ask again. One export of a user runs at a time.',
  })
  @ApiOkResponse({
    type: UserExport,
    description:
      'The document: the account, and whatever else is kept under the names of the lists and resources of this API: `tasks`, `idempotencyKeys`, `habits`, `preferences`, `sessions`, `apiKeys`, `externalIdentities`, `passwordAttempts`, `auditLogs`.',
  })
  async exportCurrentUser(
    @Context() context: RequestContext,
    @Res({ passthrough: true }) { raw }: FastifyReply,
  ): Promise<StreamableFile> {
    const document = await this.exports.open(context);
    raw.setTimeout(STALLED_MS, () => raw.destroy());
    return new StreamableFile(document, {
      type: 'application/json; charset=utf-8',
      disposition: 'attachment; filename="mindflow-export.json"',
    });
  }
}
