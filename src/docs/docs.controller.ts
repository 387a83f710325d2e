import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Controller, Get, Header, Headers, Param, Res, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { projectFile } from '../config/project-file.js';
import { ProblemError } from '../http/problem.js';
import { Public } from '../http/public.decorator.js';
import { readErrorCatalogue } from './error-catalogue.js';
import { API_PAGE, API_PAGE_SCRIPT, errorsPage, PAGE_POLICY } from './pages.js';

const HTML = 'text/html; charset=utf-8';
const REVALIDATE = 'public, max-age=0, must-revalidate';
const ONE_DAY = 'public, max-age=86400';

/** What the page needs of Swagger UI. */
const ASSETS = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['favicon-32x32.png', 'image/png'],
]);

const { resolve } = createRequire(import.meta.url);

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
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  @Header('Cache-Control', REVALIDATE)
  getApiPageScript(): string {
    return API_PAGE_SCRIPT;
  }

  @Get('docs/assets/:file')
  getApiPageAsset(
    @Param('file') file: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): StreamableFile {
    const type = ASSETS.get(file);
    if (type === undefined) throw new ProblemError('route_not_found', 'There is nothing here.');
    reply.header('Cache-Control', ONE_DAY);
    return new StreamableFile(createReadStream(resolve(`swagger-ui-dist/${file}`)), { type });
  }

  @Get('docs/errors')
  @Header('Content-Type', HTML)
  @Header('Cache-Control', REVALIDATE)
  @Header('Content-Security-Policy', PAGE_POLICY)
  async getErrorsPage(): Promise<string> {
    return errorsPage(await readErrorCatalogue());
  }
}
