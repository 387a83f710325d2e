import { type PipeTransform } from '@nestjs/common';
import { ProblemError } from '../http/problem.js';

/** How a client names one of its tasks. */
export type TaskRef = { column: 'id'; value: string } | { column: 'number'; value: number };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DIGITS = /^[0-9]+$/;
const MAX_NUMBER = 2 ** 31 - 1;

/** The task that a UUID or a positive number names, or null when the text can name none. */
export function parseTaskRef(text: string): TaskRef | null {
  if (UUID.test(text)) return { column: 'id', value: text };
  const number = DIGITS.test(text) ? Number(text) : 0;
  return number >= 1 && number <= MAX_NUMBER ? { column: 'number', value: number } : null;
}

/** Reads `:ref`. What can name no task is answered like a task that does not exist. */
export class TaskRefPipe implements PipeTransform<string, TaskRef> {
  transform(text: string): TaskRef {
    return requireTaskRef(text);
  }
}

/** @throws ProblemError `task_not_found` when the text can name no task */
export function requireTaskRef(text: string): TaskRef {
  const ref = parseTaskRef(text);
  if (ref === null) throw taskNotFound();
  return ref;
}

export function taskNotFound(): ProblemError {
  return new ProblemError('task_not_found', 'You have no such task.');
}
