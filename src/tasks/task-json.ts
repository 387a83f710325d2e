/** SQL of a moment as clients read it: UTC with milliseconds. */
export function isoMoment(moment: string): string {
  return `to_char(${moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** SQL of the status as clients read it: a sleeping task is `snoozed` until its time has come. */
export function taskStatus(now: string = 'now()'): string {
  return `CASE WHEN t.status <> 'completed' AND t.snoozed_until > ${now} THEN 'snoozed' ELSE t.status END`;
}

/**
 * SQL of the task `t` as clients read it: a JSON object as text, concatenated because that takes PostgreSQL two thirds
 * of the time of `json_build_object`.
 *
 * @param now SQL of the moment at which a snooze is over or not
 */
export function taskJson(now: string = 'now()'): string {
  const fields = {
    id: quoted('t.id'),
    number: 't.number',
    userId: quoted('t.user_id'),
    title: 'to_json(t.title)',
    description: orNull('to_json(t.description)'),
    status: quoted(taskStatus(now)),
    isCompleted: `(t.status = 'completed')::text`,
    priority: 't.priority',
    impact: 't.impact',
    dueDate: orNull(quoted(isoMoment('t.due_date'))),
    snoozedUntil: orNull(quoted(isoMoment('t.snoozed_until'))),
    effortEstimateMinutes: orNull('t.effort_estimate_minutes'),
    tags: 'to_json(t.tags)',
    version: 't.version',
    createdAt: quoted(isoMoment('t.created_at')),
    updatedAt: quoted(isoMoment('t.updated_at')),
    completedAt: orNull(quoted(isoMoment('t.completed_at'))),
  };
  const members = Object.entries(fields).map(([name, value]) => `'"${name}":', ${value}`);
  return `concat('{', ${members.join(`, ',', `)}, '}')`;
}

/** For values that need no escaping. Null stays null. */
function quoted(value: string): string {
  return `'"' || ${value} || '"'`;
}

function orNull(value: string): string {
  return `coalesce((${value})::text, 'null')`;
}
