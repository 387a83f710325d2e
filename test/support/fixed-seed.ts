import fc from 'fast-check';

/** Any will do. `FAST_CHECK_SEED` takes its place, and `npm run fuzz` draws a new one each time. */
const SEED = 20_301_231;

const isFuzz = process.env['FUZZ_REQUESTS'] !== undefined;
const seed = isFuzz ? Math.floor(Math.random() * 2 ** 31) : SEED;

/*
 * The generated cases of every test are the same in each run, so that a change is judged by itself and not by luck.
 */
fc.configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? seed) });
