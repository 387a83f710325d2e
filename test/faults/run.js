import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** `npm run faults -- --rounds 20 [--only F01]`: causes every fault so often, and prints a Markdown table. */
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, only: { type: 'string' } },
});
const directory = mkdtempSync(join(tmpdir(), 'mindflow-faults-'));
const results = join(directory, 'results');
const { status, signal } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    join('node_modules', 'jest', 'bin', 'jest.js'),
    ...['--selectProjects', 'faults', '--runInBand', '--reporters', 'default'],
    ...(values.only ? ['--testNamePattern', values.only] : []),
  ],
  {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, FAULT_ROUNDS: values.rounds, FAULT_RESULTS: results },
  },
);
if (signal) process.stderr.write(`the tests were ended by ${signal}\n`);
process.stdout.write(table(lines(results)));
rmSync(directory, { recursive: true, force: true });
process.exitCode = status ?? 1;

function lines(file) {
  try {
    return readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  } catch {
    return [];
  }
}

function table(faults) {
  const head = [
    'fault',
    'rounds held',
    'answers',
    'of them 503',
    'unanswered',
    'worst of all rounds',
  ];
  const rows = faults
    .sort((one, other) => one.fault.localeCompare(other.fault))
    .map(({ fault, rounds, held, answered, refused, unanswered, worst }) => [
      fault,
      `${held} of ${rounds}`,
      answered,
      refused,
      unanswered,
      Object.entries(worst).map(inWords).join(', '),
    ]);
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
}

/** `readyMs` as `ready 2310 ms`. */
function inWords([name, value]) {
  const [words, unit = ''] = name.split(/(Ms|MiB|Percent)$/);
  const spoken = words.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${spoken} ${Math.round(value * 10) / 10} ${{ Ms: 'ms', MiB: 'MiB', Percent: '%' }[unit] ?? ''}`.trim();
}
