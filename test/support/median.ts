/** The middle one of the values, the upper of two; NaN when there is none. */
export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}
