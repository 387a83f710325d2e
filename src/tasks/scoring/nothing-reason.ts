import { type BestQuery } from './best-query.js';
import { type BestRow, type Nothing } from './best-row.js';
import { ASSUMED_EFFORT_MINUTES } from './curves.js';
import { duration, quoted, when } from './phrases.js';

/** Why there is nothing to do, and what would change that. */
export function nothingReason(
  nothing: Nothing,
  { tags, availableMinutes }: BestQuery,
  { localTime }: BestRow,
): string {
  const about = tags.length > 0 ? ` tagged ${quoted(tags)}` : '';
  return [
    ...tooLong(nothing, about, availableMinutes),
    ...setAside(nothing),
    ...asleep(nothing, about, localTime),
    ...idle(nothing, about),
  ].join(' ');
}

function tooLong({ shortest }: Nothing, about: string, availableMinutes: number | null): string[] {
  if (shortest === null) return [];
  const { title, effortEstimateMinutes } = shortest;
  const needs = duration(effortEstimateMinutes ?? ASSUMED_EFFORT_MINUTES);
  const assumed = effortEstimateMinutes === null ? ' (assumed)' : '';
  return [
    `Nothing${about} fits into ${duration(availableMinutes ?? 0)}: the shortest, "${title}", needs ${needs}${assumed}.`,
  ];
}

function setAside({ excluded, tooLong }: Nothing): string[] {
  if (excluded === 0) return [];
  return [tooLong > 0 ? 'The rest is set aside.' : 'Everything that can be done now is set aside.'];
}

function asleep(nothing: Nothing, about: string, localTime: string): string[] {
  const { snoozed, nextWakeLocal, tooLong, excluded } = nothing;
  if (snoozed === 0 || nextWakeLocal === null) return [];
  const opening = tooLong + excluded > 0 ? '' : `Nothing${about} to do now. `;
  const wakes = when(nextWakeLocal, localTime);
  return [
    opening +
      (snoozed === 1
        ? `1 task is snoozed and wakes ${wakes}.`
        : `${String(snoozed)} tasks are snoozed; the first wakes ${wakes}.`),
  ];
}

function idle(
  { snoozed, tooLong, excluded, anyTask, completedToday }: Nothing,
  about: string,
): string[] {
  if (snoozed + tooLong + excluded > 0) return [];
  if (!anyTask) return ['There is no task yet.'];
  if (about !== '') return [`No open task is${about}.`];
  const done = completedToday > 0 ? `; ${String(completedToday)} completed today` : '';
  return [`All done: no task is open${done}.`];
}
