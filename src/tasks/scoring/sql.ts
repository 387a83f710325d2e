/** Composes SQL text from fragments and constants. Never for values that come from a request: those are parameters. */
export function sql(
  parts: TemplateStringsArray,
  ...fragments: readonly (string | number)[]
): string {
  return String.raw({ raw: parts }, ...fragments);
}
