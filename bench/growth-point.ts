export const OPERATIONS = ['get', 'list', 'create', 'update', 'best'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Medians at one size of the tables. */
export interface GrowthPoint {
  size: number;
  figures: Record<Operation, { p50Ms: number; cpuUs: number }>;
}
