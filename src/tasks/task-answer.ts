import { entityTag } from '../http/if-match.js';
import { PreparedJson } from '../http/prepared-json.js';

interface AnsweredTask {
  json: string;
  version: number;
  /** Whether it was the answer to an earlier request with the same key. */
  isReplayed?: boolean;
}

/** The answer that shows a task as PostgreSQL has built it; its version becomes the entity tag. */
export function taskAnswer(
  { json, version, isReplayed = false }: AnsweredTask,
  headers: Record<string, string> = {},
): PreparedJson {
  return new PreparedJson(json, {
    ...headers,
    ETag: entityTag(version),
    ...(isReplayed && { 'Idempotent-Replayed': 'true' }),
  });
}
