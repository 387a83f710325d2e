import { readFileSync } from 'node:fs';
import { type BestTaskResponse } from '../../src/tasks/dto/best-task.response.js';

/** A situation, and a question asked in it. What the server keeps the time of is given with it. */
export interface Situation {
  preferences?: object;
  tasks: { title: string; createdAt: string }[];
  /** Earlier completions, for habits. */
  completed?: { tags: string[]; at: string[] }[];
  /** The query of the question. */
  ask: string;
}

/** A worked example of the documentation: what it sets up, and the lines it shows as the answer. */
export interface Example {
  name: string;
  situation: Situation;
  shown: string[];
}

/** The examples of a Markdown file: each `###` section with a block of JSON, then a quotation and tables. */
export function workedExamples(file: string): Example[] {
  const [, ...sections] = readFileSync(file, 'utf8').split(/^### /m);
  return sections.flatMap((section) => {
    const [, json, rest = ''] = /```json\n(.*?)```(.*?)(?=^## |$(?![^]))/ms.exec(section) ?? [];
    if (json === undefined) return [];
    const name = section.slice(0, section.indexOf('\n'));
    return [{ name, situation: JSON.parse(json) as Situation, shown: answerLines(rest) }];
  });
}

/** The answer as the documentation shows it. */
export function shownAnswer(answer: BestTaskResponse): string[] {
  const { task, score, reason, components, alternatives } = answer;
  const rows = components.map(({ factor, value, weight, points, why }) =>
    [factor, value, weight, points, why].join(' | '),
  );
  const others = alternatives.map((other) =>
    [other.task.title, other.score, other.whyNotFirst].join(' | '),
  );
  return answerLines(
    [
      `> **${task?.title ?? ''}**, ${String(score)}. ${reason ?? ''}`,
      '| factor | value | weight | points | why |',
      ...rows.map((row) => `| ${row} |`),
      ...(others.length > 0 ? ['| not first | score | why |'] : []),
      ...others.map((row) => `| ${row} |`),
    ].join('\n'),
  );
}

/** Quotations and rows of tables, without what aligns them. */
function answerLines(markdown: string): string[] {
  return markdown
    .split('\n')
    .filter((line) => /^[>|]/.test(line) && !/^\|[ :|-]+\|$/.test(line))
    .map((line) => line.replace(/ +/g, ' ').trim());
}
