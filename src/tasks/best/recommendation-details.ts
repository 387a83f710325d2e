import { type BestAnswer } from '../scoring/best-answer.js';
import { type BestQuery, type Weights } from '../scoring/best-query.js';

/** What the record keeps of a recommendation: numbers and ids, no text that a person wrote. */
export interface RecommendationDetails {
  evaluatedAt: string;
  /** Whether another moment or other weights were tried: an answer to think about, not to act on. */
  whatIf: boolean;
  number: number | null;
  /** Of the task when it was recommended. */
  status: string | null;
  version: number | null;
  score: number | null;
  weights: Weights;
  alternatives: { id: string; score: number }[];
  availableMinutes: number | null;
  /** Ids and numbers, as text, of tasks that were not wanted; left out when there were none. */
  excluded?: string[];
}

/** What to keep of `answer`, the answer to `query`. */
export function recommendationDetails(answer: BestAnswer, query: BestQuery): RecommendationDetails {
  const { score, weights, alternatives, evaluatedAt } = answer;
  const task = answer.task ?? { number: null, status: null, version: null };
  const { ids, numbers } = query.exclude;
  const excluded = [...ids.map((id) => id.toLowerCase()), ...numbers.map(String)];
  return {
    evaluatedAt,
    whatIf: query.at !== null || query.weights !== null,
    number: task.number,
    status: task.status,
    version: task.version,
    score,
    weights,
    alternatives: alternatives.map((other) => ({ id: other.task.id, score: other.score })),
    availableMinutes: query.availableMinutes,
    ...(excluded.length > 0 && { excluded }),
  };
}
