import { invalidField } from '../../http/problem.js';
import { type BestTaskDto } from '../dto/best-task.dto.js';
import { type BestQuery, type Weights } from '../scoring/best-query.js';
import { parseTaskRef, type TaskRef } from '../task-ref.js';

/**
 * What a client asks of the recommendation.
 *
 * @throws ProblemError `validation_failed` when only some of the weights are given, or they do not add up to 100
 */
export function bestQuery(userId: string, dto: BestTaskDto): BestQuery {
  const refs = (dto.exclude ?? []).map(parseTaskRef).filter((ref) => ref !== null);
  return {
    userId,
    at: dto.at ?? null,
    weights: weights(dto),
    alternatives: dto.alternatives,
    availableMinutes: dto.availableMinutes ?? null,
    tags: dto.tag ?? [],
    exclude: { ids: refs.filter(isId).map(valueOf), numbers: refs.filter(isNumber).map(valueOf) },
  };
}

type NumberRef = Extract<TaskRef, { column: 'number' }>;
type IdRef = Extract<TaskRef, { column: 'id' }>;

function isId(ref: TaskRef): ref is IdRef {
  return ref.column === 'id';
}

function isNumber(ref: TaskRef): ref is NumberRef {
  return ref.column === 'number';
}

function valueOf<Ref extends TaskRef>(ref: Ref): Ref['value'] {
  return ref.value;
}

function weights(dto: BestTaskDto): Weights | null {
  const { weightUrgency, weightPriority, weightImpact, weightEffort } = dto;
  const given = [weightUrgency, weightPriority, weightImpact, weightEffort];
  if (given.every((weight) => weight === undefined)) return null;
  const [urgency, priority, impact, effort] = given;
  if (
    urgency === undefined ||
    priority === undefined ||
    impact === undefined ||
    effort === undefined
  ) {
    throw invalidField('weights', 'weights must be given all four or not at all');
  }
  const sum = urgency + priority + impact + effort;
  if (sum !== 100) {
    throw invalidField('weights', `weights must add up to 100, not ${String(sum)}`);
  }
  return { urgency, priority, impact, effort };
}
