import { appendFileSync } from 'node:fs';
import { type Ledger } from '../faults/ledger.js';
import { median } from './median.js';

/** What one round has shown: the ledger that was found true, and figures with their unit in the name. */
export interface Round {
  ledger?: Ledger;
  figures?: Record<string, number>;
}

const QUICK_ROUNDS = 3;

/** How often each fault is caused: three times, or as often as `npm run faults -- --rounds N` says. */
const ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? QUICK_ROUNDS);

/** How long a test of all its rounds may take: no assertion, and generous. */
export const PATIENTLY_MS = 120_000 * ROUNDS;

/**
 * Causes a fault again and again, each time from the beginning. One line for each fault goes into the file FAULT_RESULTS,
 * when there is one: what held, how often, and the worst of every figure.
 *
 * @param bounds what the median of a figure stays below: a machine that does something else makes one round slow, but
 *   whatever is lost in one round is lost
 * @throws what the first failed round has thrown, after the last round
 */
export async function rounds(
  fault: string,
  bounds: Record<string, number>,
  cause: () => Promise<Round>,
): Promise<void> {
  const held: Round[] = [];
  const failures: unknown[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    try {
      held.push(await cause());
    } catch (error) {
      failures.push(error);
    }
  }
  report(fault, held);
  if (failures.length > 0) throw failures[0];
  for (const [name, bound] of Object.entries(bounds)) {
    const values = held.map(({ figures = {} }) => figures[name] ?? NaN);
    if (!(median(values) < bound)) {
      throw new Error(`${name} is ${values.join(', ')}, not below ${String(bound)}`);
    }
  }
}

function report(fault: string, held: Round[]): void {
  const file = process.env['FAULT_RESULTS'];
  if (file === undefined) return;
  const sum = (count: (ledger: Ledger) => number) =>
    held.reduce((total, { ledger }) => total + (ledger ? count(ledger) : 0), 0);
  const line = {
    fault,
    rounds: ROUNDS,
    held: held.length,
    answered: sum(({ answered }) => answered.length),
    refused: sum(({ answered }) => answered.filter(({ status }) => status === 503).length),
    unanswered: sum(({ unanswered }) => unanswered.length),
    worst: worst(held),
  };
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

function worst(held: Round[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { figures = {} } of held) {
    for (const [name, value] of Object.entries(figures)) {
      found[name] = Math.max(found[name] ?? 0, Math.round(value * 10) / 10);
    }
  }
  return found;
}
