import { readFileSync } from 'node:fs';
import { projectFile } from './project-file.js';

const manifest = JSON.parse(readFileSync(projectFile('package.json'), 'utf8')) as {
  version: string;
};

/** Of the package. */
export const VERSION = manifest.version;
