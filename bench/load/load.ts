import { type PlannedRequest } from '../planned-request.js';

/** Sends `requests` over and over through `connections` kept open, for some seconds. */
export type Load = (target: LoadTarget) => Promise<LoadResult>;

export interface LoadTarget {
  url: string;
  requests: PlannedRequest[];
  connections: number;
  seconds: number;
}

export interface LoadResult {
  answers: number;
  /** Answers other than 2xx, connections broken, answers that never came. */
  errors: number;
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
}
