import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { asOwner } from '../audit/owner-connection.js';
import { sealKey } from '../audit/seals/seal.js';
import { type HeldSeal, verifyChain } from '../audit/seals/verify-chain.js';
import { verifyRows } from '../audit/seals/verify-rows.js';
import { type Settings } from '../config/settings.js';
import { type Outcome } from './program.js';

const USAGE = `usage: npm run audit:verify -- [--expect <sequence>:<digest>]… [--log <file>]…
  --expect  a seal that another system holds
  --log     a file with log lines that another system holds, - for standard input`;

const ANSWER_TIMEOUT_MS = 600_000;
const DAY_MS = 86_400_000;

/** Compares the record with its seals, and these with what another system holds of them. */
export async function auditVerifyCommand(settings: Settings, args: string[]): Promise<Outcome> {
  const held = await heldSeals(args);
  if (!held) return { text: USAGE, exitCode: 64 };
  const expiry = new Date(Date.now() - settings.AUDIT_RETENTION_DAYS * DAY_MS);
  const connection = { name: 'mindflow-verify', answerWithinMs: ANSWER_TIMEOUT_MS };
  return asOwner(settings, connection, async (client) => {
    const chain = await verifyChain(client, sealKey(settings), held);
    const rows = await verifyRows(client, expiry);
    const findings = [...chain.findings, ...rows.findings];
    const summary =
      `${String(chain.seals)} seals, ${String(rows.sealedRows)} sealed rows, ` +
      `${String(rows.expiredRows)} expired, ${String(rows.unsealedRows)} not sealed yet`;
    if (findings.length === 0)
      return { text: `the record is as it was sealed: ${summary}`, exitCode: 0 };
    return {
      text: [...findings, `the record was tampered with: ${summary}`].join('\n'),
      exitCode: 1,
    };
  });
}

async function heldSeals(args: string[]): Promise<HeldSeal[] | null> {
  const options = parsed(args);
  if (!options) return null;
  const expected = options.expect.map((seal) => /^(\d{1,9}):([0-9a-f]{64})$/.exec(seal));
  if (expected.includes(null)) return null;
  const logs = await Promise.all(options.log.map((file) => readLog(file)));
  return [
    ...expected.map((match) => ({ sequence: Number(match?.[1]), digest: match?.[2] ?? '' })),
    ...logs.flatMap((lines) => lines.split('\n').flatMap(sealOfLine)),
  ];
}

function parsed(args: string[]): { expect: string[]; log: string[] } | null {
  try {
    const option = { type: 'string', multiple: true, default: [] as string[] } as const;
    return parseArgs({ args, options: { expect: option, log: option } }).values;
  } catch {
    return null;
  }
}

function readLog(file: string): Promise<string> {
  return file === '-' ? text(process.stdin) : readFile(file, 'utf8');
}

/** The seal that a log line speaks of; whatever stands in front of the JSON is skipped. */
function sealOfLine(line: string): HeldSeal[] {
  if (!line.includes('"audit sealed"')) return [];
  const { sequence, digest } = JSON.parse(line.slice(line.indexOf('{'))) as HeldSeal;
  return [{ sequence, digest }];
}
