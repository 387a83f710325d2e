import { rule } from '../http/fields.js';

const CLOCK_TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** A time of day such as `09:00`, on the 24-hour clock. */
export function IsClockTime(): PropertyDecorator {
  return rule('isClockTime', 'must be a time such as 09:00, from 00:00 to 23:59', (value) => {
    return typeof value === 'string' && CLOCK_TIME.test(value);
  });
}

/** One to seven different ISO weekdays, 1 being Monday. */
export function IsWorkDays(): PropertyDecorator {
  const text = 'must be one to seven different days, from 1 (Monday) to 7 (Sunday)';
  return rule('isWorkDays', text, (value) => {
    if (!Array.isArray(value) || value.length === 0) return false;
    const isEveryDayKnown = value.every((day) => Number.isInteger(day) && day >= 1 && day <= 7);
    return isEveryDayKnown && new Set(value).size === value.length;
  });
}

/** A time zone that `Intl` can calculate with; whether PostgreSQL can as well is for PostgreSQL to say. */
export function IsTimezone(): PropertyDecorator {
  return rule('isTimezone', TIMEZONE_REFUSAL, (value) => {
    return typeof value === 'string' && value.length <= MAX_TIMEZONE && isKnownToIntl(value);
  });
}

/** Reads after `timezone`. */
export const TIMEZONE_REFUSAL = 'must be an IANA time zone such as Europe/Berlin';

const MAX_TIMEZONE = 64;

function isKnownToIntl(timezone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return true;
  } catch {
    return false;
  }
}
