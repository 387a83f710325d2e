import { Transform } from 'class-transformer';
import { IsTextSet } from '../../http/fields.js';

const MAX_TAGS = 20;
const MAX_TAG_LENGTH = 50;

/** Tags, trimmed and lower-cased before they are judged. The same tag given twice counts once. */
export function IsTags(): PropertyDecorator {
  const normalise = Transform(({ value }: { value: unknown }) =>
    Array.isArray(value) ? value.map(normalised) : value,
  );
  const check = IsTextSet(MAX_TAGS, MAX_TAG_LENGTH);
  return (target, key) => {
    normalise(target, key);
    check(target, key);
  };
}

function normalised(tag: unknown): unknown {
  return typeof tag === 'string' ? tag.trim().toLowerCase() : tag;
}
