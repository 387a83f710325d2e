import { readFileSync } from 'node:fs';

const SEPARATOR = '=== end of step ===';

/** A step of the session: commands for a shell, and what they print. */
export interface Step {
  commands: string;
  /** Null where the README shows no output. */
  output: string | null;
}

/** The steps of the section `heading` of a Markdown file: each `sh` block, with the block of output that may follow it. */
export function sessionSteps(file: string, heading: string): Step[] {
  const section = readFileSync(file, 'utf8')
    .split(/^## /m)
    .find((text) => text.startsWith(heading));
  const blocks = [...(section ?? '').matchAll(/^```(\w+)\n(.*?)^```$/gms)];
  const steps: Step[] = [];
  for (const [, language, body = ''] of blocks) {
    const last = steps.at(-1);
    if (language === 'sh') steps.push({ commands: body, output: null });
    else if (last) last.output = body;
  }
  return steps;
}

/** One script for all steps, so that variables and functions live on. */
export function sessionScript(steps: Step[]): string {
  return steps.map(({ commands }) => `${commands}\necho; echo '${SEPARATOR}'\n`).join('');
}

/** What each step printed. */
export function stepOutputs(printed: string): string[] {
  return printed
    .split(`${SEPARATOR}\n`)
    .slice(0, -1)
    .map((text) => text.trim());
}

/** What differs from run to run is made the same: ids and the moments of creation. */
export function timeless(text: string): string {
  return text
    .trim()
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID')
    .replace(/("(?:createdAt|updatedAt)":\s*)"[^"]+"/g, '$1"MOMENT"');
}
