import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Prints the commonest passwords that are long enough to be chosen here, the commonest first. */

const COUNT = 3000;
const MIN_CODE_POINTS = 8;

const require = createRequire(import.meta.url);
const { version } = require('@zxcvbn-ts/language-common/package.json');
const source = require.resolve('@zxcvbn-ts/language-common/src/passwords.json');
const byFrequency = JSON.parse(readFileSync(source, 'utf8')).map((text) => text.toLowerCase());
const longEnough = byFrequency.filter((text) => Array.from(text).length >= MIN_CODE_POINTS);

const header = [
  `# The ${COUNT} commonest passwords of ${MIN_CODE_POINTS} characters and more, in lower case; written by npm run passwords.`,
  `# From @zxcvbn-ts/language-common ${version}: (c) 2012-2016 Dan Wheeler and Dropbox, Inc., (c) 2021 @zxcvbn-ts, MIT licence.`,
];
process.stdout.write([...header, ...[...new Set(longEnough)].slice(0, COUNT), ''].join('\n'));
