/** A figure over all rounds. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** Median and range; NaN when there is nothing to tell. */
export function spread(values: number[]): Spread {
  return { median: quantile(values, 0.5), min: Math.min(...values), max: Math.max(...values) };
}

/** The value below which the share `q` of all lies, by linear interpolation. */
export function quantile(values: number[], q: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const position = (sorted.length - 1) * q;
  const below = sorted[Math.floor(position)] ?? NaN;
  const above = sorted[Math.ceil(position)] ?? NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/** How steep the straight line is that fits the points (x, y) best, by least squares. */
export function slope(points: (readonly [number, number])[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const covariance = mean(points.map(([x, y]) => (x - meanX) * (y - meanY)));
  return covariance / mean(points.map(([x]) => (x - meanX) ** 2));
}
