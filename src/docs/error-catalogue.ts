import { readFile } from 'node:fs/promises';
import { projectFile } from '../config/project-file.js';

/** The paragraphs that `docs/errors.md` has on each code, in Markdown. */
export async function readErrorCatalogue(): Promise<Map<string, string[]>> {
  const text = await readFile(projectFile('docs/errors.md'), 'utf8');
  const sections = text.split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const [code = '', ...paragraphs] = section.trim().split(/\n{2,}/);
      return [code, paragraphs.map((paragraph) => paragraph.replaceAll('\n', ' '))];
    }),
  );
}
