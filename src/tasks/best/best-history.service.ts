import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { Cursors } from '../../http/cursors.js';
import {
  type BestHistoryPosition,
  type BestHistoryRow,
  bestHistoryStatement,
} from './best-history.query.js';
import { type PageRequest } from '../list/task-list.service.js';

/** Pages of past recommendations, handed on as the JSON text that PostgreSQL builds. */
@Injectable()
export class BestHistoryService {
  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
  ) {}

  /**
   * The page after the cursor, newest first, as `{"items":[…],"nextCursor":…}`. What became of a recommendation is told
   * as of now, on every page.
   *
   * @throws ProblemError `invalid_cursor` when the cursor is that of another list
   */
  async page(
    userId: string,
    includeWhatIf: boolean,
    { limit, cursor }: PageRequest,
  ): Promise<string> {
    const scope = JSON.stringify(['getBestHistory', userId, includeWhatIf]);
    const after = cursor === undefined ? null : this.open(scope, cursor);
    const { text, values } = bestHistoryStatement({
      userId,
      includeWhatIf,
      limit: limit + 1,
      after,
    });
    const found = await this.database.query<BestHistoryRow>(text, values);
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    const nextCursor = last ? this.cursors.seal(scope, [last.timestamp, last.id]) : null;
    return `{"items":[${items.map(({ json }) => json).join(',')}],"nextCursor":${JSON.stringify(nextCursor)}}`;
  }

  private open(scope: string, cursor: string): BestHistoryPosition {
    const [timestamp, id] = this.cursors.open(scope, cursor) as [string, string];
    return { timestamp, id };
  }
}
