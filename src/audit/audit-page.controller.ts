import { Controller, Get, Header, Param, Res, type StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '#openapi';
import { type FastifyReply } from 'fastify';
import { Public } from '../http/public.decorator.js';
import { HTML, REVALIDATE, staticFile } from '../http/static-files.js';
import { AUDIT_PAGE, AUDIT_PAGE_FILES, AUDIT_PAGE_POLICY } from './audit-page.js';

/** The page itself is for everybody; what it shows comes from the API, to whoever signs in. */
@Controller('audit')
@Public()
@ApiExcludeController()
export class AuditPageController {
  @Get()
  @Header('Content-Type', HTML)
  @Header('Cache-Control', REVALIDATE)
  @Header('Content-Security-Policy', AUDIT_PAGE_POLICY)
  getAuditPage(): string {
    return AUDIT_PAGE;
  }

  @Get('assets/:file')
  getAuditPageAsset(
    @Param('file') file: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): StreamableFile {
    return staticFile(AUDIT_PAGE_FILES, file, reply);
  }
}
