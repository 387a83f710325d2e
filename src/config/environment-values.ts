import { type TransformFnParams } from 'class-transformer';

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Leaves what is no decimal integer as it is, for the validation rule to refuse. */
export function integer({ value }: TransformFnParams): unknown {
  return typeof value === 'string' && /^\d{1,9}$/.test(value.trim()) ? Number(value) : value;
}

export function boolean({ value }: TransformFnParams): unknown {
  if (value === 'true') return true;
  return value === 'false' ? false : value;
}

/** `15m`, `12h`, `30d`, `45s` as a number of seconds. */
export function seconds({ value }: TransformFnParams): unknown {
  const match = typeof value === 'string' ? /^(\d{1,6})([smhd])$/.exec(value.trim()) : null;
  return match ? Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS] : value;
}

/** A comma-separated list. */
export function list({ value }: TransformFnParams): unknown {
  if (typeof value !== 'string') return value;
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

export function trimmed({ value }: TransformFnParams): unknown {
  return typeof value === 'string' ? value.trim() : value;
}
