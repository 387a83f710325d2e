import { Transform } from 'class-transformer';
import { isEmail } from 'class-validator';
import { rule } from './fields.js';
import { isStorable } from './json-body.js';

const MAX_LENGTH = 255;

/** An e-mail address of at most 255 characters; white space around it is removed. */
export function IsEmailAddress(): PropertyDecorator {
  const trim = Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.trim() : value,
  );
  const check = rule('isEmailAddress', 'must be an e-mail address', isEmailAddress);
  return (target, key) => {
    trim(target, key);
    check(target, key);
  };
}

/** Whether it is one, with no white space around it. */
export function isEmailAddress(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length <= MAX_LENGTH && isEmail(value) && isStorable(value)
  );
}
