import { type SealedRows } from './sealed-rows.js';

/** What one seal says of its rows. */
export type RowsSeal = SealedRows & { sequence: number; toPosition: string };

/** Holds the rows that a stretch has against those that were sealed, month by month. */
export class StretchCheck {
  sealedRows = 0;
  expiredRows = 0;
  readonly findings: string[] = [];

  constructor(private readonly expiry: Date) {}

  compare(seals: RowsSeal[], found: SealedRows[]): void {
    const months = new Map(found.map((rows) => [rows.month, rows]));
    for (const seal of seals) {
      this.compareMonth(seal, months.get(seal.month));
      months.delete(seal.month);
    }
    const before = seals.at(-1)?.sequence ?? 0;
    for (const { month, rowCount } of months.values()) {
      this.findings.push(
        `seal ${String(before)}: ${rowsOf(rowCount)} inserted (${month.slice(0, 7)})`,
      );
    }
  }

  private compareMonth(seal: RowsSeal, found: SealedRows | undefined): void {
    if (!found && this.isExpired(seal.month)) {
      this.expiredRows += seal.rowCount;
      return;
    }
    this.sealedRows += seal.rowCount;
    if (found?.rowsDigest.equals(seal.rowsDigest)) return;
    const difference = (found?.rowCount ?? 0) - seal.rowCount;
    this.findings.push(
      `seal ${String(seal.sequence)}: ${change(difference)} (${seal.month.slice(0, 7)})`,
    );
  }

  private isExpired(month: string): boolean {
    const [year, number] = month.split('-').map(Number);
    return Date.UTC(year ?? 0, number ?? 0) <= this.expiry.getTime();
  }
}

function change(difference: number): string {
  if (difference === 0) return 'a row was changed';
  return `${rowsOf(Math.abs(difference))} ${difference < 0 ? 'removed' : 'inserted'}`;
}

function rowsOf(count: number): string {
  return count === 1 ? '1 row was' : `${String(count)} rows were`;
}
