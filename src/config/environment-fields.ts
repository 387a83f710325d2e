import { applyDecorators } from '@nestjs/common';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsBoolean, IsInt, IsOptional, IsString, Max, Min, MinLength } from 'class-validator';
import { IsNetworkList, IsOriginList } from './environment-rules.js';

/*
 * What a variable of the environment may be. Each decorator makes the value of its text, and leaves text that it cannot read
 * as it is, for its rules to refuse.
 */

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** A decimal number from `least` to `most`, both included. */
export function Integer(least: number, most = Infinity): PropertyDecorator {
  return applyDecorators(Transform(integer), IsInt(), Min(least), Max(most));
}

/** `true` or `false`. */
export function Switch(): PropertyDecorator {
  return applyDecorators(Transform(boolean), IsBoolean());
}

/** A time span of at least a second, such as `45s`, `15m`, `12h` or `30d`, as seconds; of `mostHours` at most. */
export function TimeSpan({ mostHours = Infinity } = {}): PropertyDecorator {
  return applyDecorators(
    Transform(seconds),
    IsInt({ message: '$property must be a time span such as 15m, 12h or 30d' }),
    Min(1),
    Max(mostHours * SECONDS.h, {
      message: `$property must not be longer than ${String(mostHours)}h`,
    }),
  );
}

/** Text that is not blank, without the space around it. */
export function Text(): PropertyDecorator {
  return applyDecorators(Transform(trimmed), IsString(), MinLength(1));
}

/** What signs or seals; may be unset. */
export function Secret(): PropertyDecorator {
  const message = '$property must be at least 32 characters long';
  return applyDecorators(IsOptional(), IsString(), MinLength(32, { message }));
}

/** Exact web origins, separated by commas. */
export function OriginList(): PropertyDecorator {
  return applyDecorators(Transform(list), IsOriginList());
}

/** Addresses or CIDR blocks, separated by commas. */
export function NetworkList(): PropertyDecorator {
  return applyDecorators(Transform(list), IsNetworkList());
}

function integer({ value }: TransformFnParams): unknown {
  return typeof value === 'string' && /^\d{1,9}$/.test(value.trim()) ? Number(value) : value;
}

function boolean({ value }: TransformFnParams): unknown {
  if (value === 'true') return true;
  return value === 'false' ? false : value;
}

function seconds({ value }: TransformFnParams): unknown {
  const match = typeof value === 'string' ? /^(\d{1,6})([smhd])$/.exec(value.trim()) : null;
  return match ? Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS] : value;
}

function list({ value }: TransformFnParams): unknown {
  if (typeof value !== 'string') return value;
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function trimmed({ value }: TransformFnParams): unknown {
  return typeof value === 'string' ? value.trim() : value;
}
