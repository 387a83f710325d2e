import { jest } from '@jest/globals';
import { uuidv7 } from './uuid.js';

const VERSION_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('UUIDs', () => {
  afterEach(() => jest.useRealTimers());

  it('are of version 7, and no two are the same', () => {
    const ids = Array.from({ length: 1000 }, uuidv7);
    expect(ids.filter((id) => !VERSION_7.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('begin with the milliseconds since 1970', () => {
    jest.useFakeTimers({ now: 0x0123_4567_89ab });
    expect(uuidv7().slice(0, 14)).toBe('01234567-89ab-');
  });

  it('sort by the time they were made at', () => {
    jest.useFakeTimers({ now: 1_800_000_000_000 });
    const ids = Array.from({ length: 20 }, () => {
      jest.advanceTimersByTime(1);
      return uuidv7();
    });
    expect([...ids].sort()).toEqual(ids);
  });
});
