import { type Spread } from '../statistics.js';

/** A table; the columns behind the first `texts` ones are numbers. */
export function table(head: string[], rows: string[][], texts = 1): string {
  const rule = head.map((_, index) => (index < texts ? '---' : '--:'));
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
}

/** A figure with its range; a dash where there is none. */
export function withRange(spread: Spread | null, digits = 0): string {
  if (!spread || Number.isNaN(spread.median)) return '–';
  const [median, min, max] = [spread.median, spread.min, spread.max].map((value) =>
    number(value, digits),
  );
  return `${median ?? ''} (${min ?? ''}–${max ?? ''})`;
}

/** A figure; a dash where there is none. */
export function number(value: number | undefined, digits = 0): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  return value.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
