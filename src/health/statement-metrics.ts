import { Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { RejectedStatements } from '../database/rejected-statements.js';
import { Metrics } from '../http/metrics.js';

/** Shows what PostgreSQL refused although validation had let it through: anything but 0 is a mistake of this service. */
@Injectable()
export class StatementMetrics {
  constructor({ counts }: RejectedStatements, { registry }: Metrics) {
    const counter = new Counter<'sqlstate'>({
      name: 'mindflow_rejected_statements_total',
      help: 'Statements that PostgreSQL refused for their data, their text or their size',
      labelNames: ['sqlstate'],
      registers: [registry],
      collect: () => {
        counter.reset();
        for (const [sqlstate, count] of counts) counter.inc({ sqlstate }, count);
      },
    });
  }
}
