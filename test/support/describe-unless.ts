/** `describe`; where there is a reason to skip, one that is skipped and says so. */
export function describeUnless(reason: string | null): typeof describe.skip {
  if (reason === null) return describe;
  process.stderr.write(`Skipped: ${reason}\n`);
  return describe.skip;
}
