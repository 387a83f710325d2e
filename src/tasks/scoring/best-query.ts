/** What is asked of the recommendation; the SQL and the sentences both follow it. */
export interface BestQuery {
  userId: string;
  /** The moment of scoring; null for now. It decides who is asleep too. */
  at: Date | null;
  /** Weights to try instead of the user's, summing to 100. */
  weights: Weights | null;
  /** How many alternatives to name, 0 to 10. */
  alternatives: number;
  /** Minutes at hand: keeps only what fits. */
  availableMinutes: number | null;
  /** Tags a task must all have, in lower case. */
  tags: readonly string[];
  /** Tasks not to name, by id or by number. */
  exclude: { ids: readonly string[]; numbers: readonly number[] };
}

export interface Weights {
  urgency: number;
  priority: number;
  impact: number;
  effort: number;
}
