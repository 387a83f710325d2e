import { snoozesOpenTask, taskPatch } from './task-patch.js';

const LATER = new Date('2199-01-01T00:00:00Z');

describe('what a PATCH means for the stored row', () => {
  const stored = (dto: object) => JSON.parse(JSON.stringify(taskPatch(dto))) as object;

  it('names only the columns that were given, null included', () => {
    expect(stored({ title: 'x', dueDate: null, effortEstimateMinutes: 5 })).toEqual({
      title: 'x',
      due_date: null,
      effort_estimate_minutes: 5,
    });
    expect(stored({})).toEqual({});
  });

  it('stores a snooze as its moment, never as a status', () => {
    expect(stored({ status: 'snoozed', snoozedUntil: LATER })).toEqual({
      snoozed_until: LATER.toISOString(),
    });
  });

  it.each(['pending', 'in_progress', 'completed'])('ends a snooze by %s alone', (status) => {
    expect(stored({ status })).toEqual({ status, snoozed_until: null });
  });

  it('lets a moment that is given win over the waking of a status', () => {
    expect(stored({ status: 'pending', snoozedUntil: LATER })).toEqual({
      status: 'pending',
      snoozed_until: LATER.toISOString(),
    });
  });

  it('keeps each tag once', () => {
    expect(stored({ tags: ['a', 'b', 'a'] })).toEqual({ tags: ['a', 'b'] });
  });

  it('asks for an open task only to put it to sleep', () => {
    expect(snoozesOpenTask({ snoozedUntil: LATER })).toBe(true);
    expect(snoozesOpenTask({ snoozedUntil: LATER, status: 'snoozed' })).toBe(true);
    expect(snoozesOpenTask({ snoozedUntil: LATER, status: 'pending' })).toBe(false);
    expect(snoozesOpenTask({ snoozedUntil: null })).toBe(false);
    expect(snoozesOpenTask({ status: 'completed' })).toBe(false);
  });
});
