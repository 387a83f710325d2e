import { createReadStream } from 'node:fs';
import { StreamableFile } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { projectFile } from '../config/project-file.js';
import { ProblemError } from './problem.js';

export const HTML = 'text/html; charset=utf-8';
export const JAVASCRIPT = 'text/javascript; charset=utf-8';
export const CSS = 'text/css; charset=utf-8';

/** For what changes with the service. */
export const REVALIDATE = 'public, max-age=0, must-revalidate';
/** For what changes with its libraries. */
export const ONE_DAY = 'public, max-age=86400';

export interface StaticFile {
  /** Relative to the root of the project. */
  path: string;
  type: string;
  /** The value of Cache-Control. */
  caching: string;
}

/**
 * The file that a list allows under a name.
 *
 * @throws ProblemError `route_not_found` for a name that is not in the list
 */
export function staticFile(
  files: ReadonlyMap<string, StaticFile>,
  name: string,
  reply: FastifyReply,
): StreamableFile {
  const file = files.get(name);
  if (file === undefined) throw new ProblemError('route_not_found', 'There is nothing here.');
  reply.header('Cache-Control', file.caching);
  return new StreamableFile(createReadStream(projectFile(file.path)), { type: file.type });
}

/**
 * The Content-Security-Policy of a page: its own scripts, styles and data, nothing from elsewhere.
 *
 * @param scripts what else may run, such as the hash of an import map
 */
export function pagePolicy(...scripts: string[]): string {
  return [
    "default-src 'none'",
    `script-src ${["'self'", ...scripts].join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join(';');
}
