import { type KeyObject } from 'node:crypto';
import { type ClientBase } from 'pg';
import { NO_SEAL, type Seal, sealDigest } from './seal.js';

const SEALS_AT_ONCE = 1000;

/** What another system remembers of a seal. */
export interface HeldSeal {
  sequence: number;
  /** In hexadecimal. */
  digest: string;
}

/** The seals from the first one to the last one, or the findings about them: one line for each that is not as it was. */
export async function verifyChain(
  client: ClientBase,
  key: KeyObject,
  held: HeldSeal[],
): Promise<{ seals: number; findings: string[] }> {
  const findings: string[] = [];
  const missing = new Map(held.map((seal) => [seal.sequence, seal]));
  let last: Pick<Seal, 'sequence' | 'digest'> = { sequence: 0, digest: NO_SEAL };
  let count = 0;
  for (;;) {
    const seals = await nextSeals(client, last.sequence);
    for (const seal of seals) {
      findings.push(...differences(key, last, seal), ...isAsHeld(seal, held));
      missing.delete(seal.sequence);
      last = seal;
    }
    count += seals.length;
    if (seals.length < SEALS_AT_ONCE) break;
  }
  for (const { sequence } of missing.values()) {
    const isCut = sequence > last.sequence;
    findings.push(
      `seal ${String(sequence)} is held elsewhere and missing${isCut ? ': the tail was cut' : ''}`,
    );
  }
  return { seals: count, findings };
}

function differences(
  key: KeyObject,
  last: Pick<Seal, 'sequence' | 'digest'>,
  seal: Seal,
): string[] {
  const { sequence, digest, previous } = seal;
  const name = `seal ${String(sequence)}`;
  const findings: string[] = [];
  if (sequence !== last.sequence + 1) findings.push(`the seals before ${name} are missing`);
  if (!previous.equals(last.digest)) findings.push(`${name} does not follow the seal before it`);
  if (!digest.equals(sealDigest(key, seal))) {
    findings.push(`${name} was changed, or made with another key`);
  }
  return findings;
}

function isAsHeld({ sequence, digest }: Seal, held: HeldSeal[]): string[] {
  const differs = held.some(
    (each) => each.sequence === sequence && each.digest !== digest.toString('hex'),
  );
  return differs ? [`seal ${String(sequence)} is another than the one held elsewhere`] : [];
}

async function nextSeals(client: ClientBase, after: number): Promise<Seal[]> {
  const { rows } = await client.query<Seal>(
    `SELECT sequence, from_position AS "fromPosition", to_position AS "toPosition",
       month::text AS month, row_count AS "rowCount", rows_digest AS "rowsDigest", previous, digest
     FROM audit_seals WHERE sequence > $1 ORDER BY audit_seals.sequence LIMIT ${String(SEALS_AT_ONCE)}`,
    [after],
  );
  return rows;
}
