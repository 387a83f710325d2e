import { existsSync } from 'node:fs';

/** The sources lie two levels below the root of the project, what is compiled from them three. */
const ROOT = existsSync(new URL('../../package.json', import.meta.url)) ? '../../' : '../../../';

/** Where a file of the project lies, such as `openapi.json`: the path is relative to the directory of `package.json`. */
export function projectFile(path: string): URL {
  return new URL(ROOT + path, import.meta.url);
}
