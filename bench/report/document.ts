import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { fileURLToPath } from 'node:url';
import { projectFile } from '../../src/config/project-file.js';

const DOCUMENT = projectFile('docs/performance.md');

/**
 * Replaces what stands between `<!-- name -->` and `<!-- /name -->` in `docs/performance.md`; the prose around it is
 * written by hand.
 *
 * @throws Error when the marks are not there
 */
export async function writeSection(name: string, markdown: string): Promise<void> {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const text = await readFile(DOCUMENT, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/performance.md has no ${begin} … ${end}`);
  const written = `${text.slice(0, from + begin.length)}\n\n${markdown}\n\n${text.slice(to)}`;
  const options = await resolveConfig(fileURLToPath(DOCUMENT));
  await writeFile(DOCUMENT, await format(written, { ...options, parser: 'markdown' }));
}

/** Writes a picture of `docs/performance.md`. */
export async function writeChart(file: string, svg: string): Promise<void> {
  const path = projectFile(`docs/performance/${file}`);
  await mkdir(new URL('.', path), { recursive: true });
  await writeFile(path, svg);
}
