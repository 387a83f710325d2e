import { Transform } from 'class-transformer';
import { ValidateBy, ValidateIf } from 'class-validator';
import { isStorable } from './json-body.js';

/** The field may be left out; null is refused. */
export function Omittable(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}

/** The field may be left out or null. */
export function Nullable(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined && value !== null);
}

/** Removes white space around a text before it is judged. */
export function Trimmed(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.trim() : value,
  );
}

/** A text of `min` to `max` code points, as PostgreSQL counts them. */
export function IsText(min: number, max: number): PropertyDecorator {
  const size = min === 0 ? `at most ${String(max)}` : `${String(min)} to ${String(max)}`;
  return rule('isText', `must be a text of ${size} characters`, (value) => isText(value, min, max));
}

/**
 * An array of texts of 1 to `maxLength` code points, up to `maxItems` different ones. The first bad item is named, as in
 * `tags.3 must be …`.
 */
export function IsTextSet(maxItems: number, maxLength: number): PropertyDecorator {
  const item = `must be a text of 1 to ${String(maxLength)} characters`;
  const badItem = (value: unknown): number =>
    Array.isArray(value) ? value.findIndex((text) => !isText(text, 1, maxLength)) : -1;
  return ValidateBy({
    name: 'isTextSet',
    validator: {
      validate: (value) =>
        Array.isArray(value) && new Set(value).size <= maxItems && badItem(value) === -1,
      defaultMessage: (args) => {
        const [property, bad] = [args?.property ?? '', badItem(args?.value)];
        if (bad >= 0) return `${property}.${String(bad)} ${item}`;
        return `${property} must be an array of up to ${String(maxItems)} different texts`;
      },
    },
  });
}

/** A whole number by value: `3` and `3.0` are, `"3"` and `3.5` are not. */
export function IsWhole(min: number, max: number): PropertyDecorator {
  const text = `must be a whole number from ${String(min)} to ${String(max)}`;
  return rule('isWhole', text, (value) => {
    return Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
  });
}

/** A whole number in a query string: decimal digits only. The DTO's field is a number. */
export function QueryWhole(min: number, max: number): PropertyDecorator {
  const parse = Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^[0-9]{1,10}$/.test(value) ? Number(value) : value,
  );
  const check = IsWhole(min, max);
  return (target, key) => {
    parse(target, key);
    check(target, key);
  };
}

/** A query parameter that may be repeated: always an array for the rules that follow. */
export function Repeatable(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? [value] : value,
  );
}

/** A moment in RFC 3339 with its offset, from 1970 to 2199. The DTO's field is a Date. */
export function IsInstant(): PropertyDecorator {
  const parse = Transform(({ value }: { value: unknown }) => parseInstant(value) ?? value);
  const check = rule(
    'isInstant',
    'must be a moment such as 2030-01-31T09:00:00Z, from 1970 to 2199',
    (value) => value instanceof Date,
  );
  return (target, key) => {
    parse(target, key);
    check(target, key);
  };
}

const RFC_3339 =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** The moment that an RFC 3339 text names, or null. */
export function parseInstant(value: unknown): Date | null {
  const parts = typeof value === 'string' ? RFC_3339.exec(value) : null;
  if (!parts) return null;
  if (Number(parts[3]) > daysIn(Number(parts[1]), Number(parts[2]))) return null;
  const instant = new Date(parts[0].replace(/[ t]/, 'T').replace('z', 'Z'));
  const utcYear = instant.getUTCFullYear();
  return utcYear >= 1970 && utcYear <= 2199 ? instant : null;
}

/** A day such as `2030-01-31`, from 1970 to 2199. */
export function IsCalendarDate(): PropertyDecorator {
  return rule(
    'isCalendarDate',
    'must be a day such as 2030-01-31, from 1970 to 2199',
    (value) => typeof value === 'string' && parseInstant(`${value}T00:00:00Z`) !== null,
  );
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function isText(value: unknown, min: number, max: number): boolean {
  if (typeof value !== 'string' || value.length > 2 * max) return false;
  const codePoints = Array.from(value).length;
  return codePoints >= min && codePoints <= max && isStorable(value);
}

/** A named rule for one field; `text` reads after the field's name. */
export function rule(
  name: string,
  text: string,
  validate: (value: unknown) => boolean,
): PropertyDecorator {
  return ValidateBy({
    name,
    validator: { validate, defaultMessage: (args) => `${args?.property ?? ''} ${text}` },
  });
}
