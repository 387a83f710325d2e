import { Injectable } from '@nestjs/common';
import { sqlState } from './database-errors.js';

/** Bad data, broken constraints, bad statements, exceeded limits: what better input or better code would have avoided. */
const AVOIDABLE = /^(22|23|42|54)/;
/** Whether a row is there already, or no longer, only PostgreSQL can tell. */
const UNFORESEEABLE = /^23(503|505|P01)$/;

/** Counts statements that PostgreSQL refused although it never should have seen them. */
@Injectable()
export class RejectedStatements {
  /** How many by SQLSTATE. */
  readonly counts = new Map<string, number>();
  /** One refusal is the answer to all statements of a piece from there on. */
  private readonly noted = new WeakSet<object>();

  note(error: unknown): void {
    const state = sqlState(error);
    if (state === undefined || !AVOIDABLE.test(state) || UNFORESEEABLE.test(state)) return;
    if (this.noted.has(error as object)) return;
    this.noted.add(error as object);
    this.counts.set(state, (this.counts.get(state) ?? 0) + 1);
  }
}
