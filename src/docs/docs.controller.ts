import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Controller, Get, Header, Headers, Param, Res, type StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '#openapi';
import { type FastifyReply } from 'fastify';
import { projectFile } from '../config/project-file.js';
import { Public } from '../http/public.decorator.js';
import {
  CSS,
  HTML,
  JAVASCRIPT,
  ONE_DAY,
  pagePolicy,
  REVALIDATE,
  staticFile,
} from '../http/static-files.js';
import { readErrorCatalogue } from './error-catalogue.js';
import { API_PAGE, API_PAGE_SCRIPT, errorsPage } from './pages.js';

const PAGE_POLICY = pagePolicy();

/** What the page needs of Swagger UI. */
const ASSETS = new Map(
  Object.entries({
    'swagger-ui.css': CSS,
    'swagger-ui-bundle.js': JAVASCRIPT,
    'favicon-32x32.png': 'image/png',
  }).map(([name, type]) => {
    return [name, { path: `node_modules/swagger-ui-dist/${name}`, type, caching: ONE_DAY }];
  }),
);

@Controller('api')
@Public()
@ApiExcludeController()
export class DocsController {
  /** The description of the API for programs: the committed file, byte for byte. */
  @Get('openapi.json')
  @Header('Content-Type', 'application/json; charset=utf-8')
  @Header('Cache-Control', REVALIDATE)
  async getOpenApiDocument(
    @Headers('if-none-match') known: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    const document = await readFile(projectFile('openapi.json'), 'utf8');
    const tag = `"${createHash('sha256').update(document).digest('base64url')}"`;
    reply.header('ETag', tag);
    if (known?.includes(tag) !== true) return document;
    reply.code(304);
    return undefined;
  }

  @Get('docs')
  @Header('Content-Type', HTML)
  @Header('Cache-Control', REVALIDATE)
  @Header('Content-Security-Policy', PAGE_POLICY)
  getApiPage(): string {
    return API_PAGE;
  }

  @Get('docs/start.js')
  @Header('Content-Type', JAVASCRIPT)
  @Header('Cache-Control', REVALIDATE)
  getApiPageScript(): string {
    return API_PAGE_SCRIPT;
  }

  @Get('docs/assets/:file')
  getApiPageAsset(
    @Param('file') file: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): StreamableFile {
    return staticFile(ASSETS, file, reply);
  }

  @Get('docs/errors')
  @Header('Content-Type', HTML)
  @Header('Cache-Control', REVALIDATE)
  @Header('Content-Security-Policy', PAGE_POLICY)
  async getErrorsPage(): Promise<string> {
    return errorsPage(await readErrorCatalogue());
  }
}
