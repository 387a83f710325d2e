import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { accountGone } from '../../http/account-gone.js';
import { type RequestContext } from '../../http/request-context.js';
import { recommendationDetails } from './recommendation-details.js';
import { bestAnswer, emptyAnswer, type BestAnswer } from '../scoring/best-answer.js';
import { type BestQuery } from '../scoring/best-query.js';
import { type BestRow, type Nothing } from '../scoring/best-row.js';
import { bestStatement } from '../scoring/best-statement.js';
import { nothingStatement } from '../scoring/nothing-statement.js';

/** Answers "what should I do next?" and leaves on the record what was recommended. */
@Injectable()
export class BestService {
  constructor(private readonly database: Database) {}

  async best(context: RequestContext, query: BestQuery): Promise<BestAnswer> {
    const { text, values } = bestStatement(query);
    const [row] = await this.database.query<{ answer: BestRow }>(text, values);
    if (!row) throw accountGone();
    const answer = bestAnswer(row.answer, query) ?? (await this.nothing(row.answer, query));
    context.resourceId = answer.task?.id ?? null;
    context.details = recommendationDetails(answer, query);
    return answer;
  }

  private async nothing(row: BestRow, query: BestQuery): Promise<BestAnswer> {
    const { text, values } = nothingStatement(query, row.evaluatedAt);
    const [why] = await this.database.query<{ nothing: Nothing }>(text, values);
    if (!why) throw accountGone();
    return emptyAnswer(row, why.nothing, query);
  }
}
