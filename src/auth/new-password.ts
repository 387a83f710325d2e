import { readFileSync } from 'node:fs';
import { IsText, rule } from '../http/fields.js';
import { projectFile } from '../config/project-file.js';

const MIN_CODE_POINTS = 8;
const MAX_CODE_POINTS = 1024;

/** In lower case, one on each line that is no comment. */
const COMMON = new Set(
  readFileSync(projectFile('src/auth/common-passwords.txt'), 'utf8')
    .split('\n')
    .filter((line) => !line.startsWith('# ')),
);

/** A password to be: 8 to 1024 code points of any kind, and none of those that everybody tries first. */
export function IsNewPassword(): PropertyDecorator {
  const isText = IsText(MIN_CODE_POINTS, MAX_CODE_POINTS);
  const isUncommon = rule(
    'isUncommon',
    'must not be one of the commonest passwords',
    (value) => typeof value !== 'string' || !COMMON.has(value.toLowerCase()),
  );
  return (target, key) => {
    isText(target, key);
    isUncommon(target, key);
  };
}
