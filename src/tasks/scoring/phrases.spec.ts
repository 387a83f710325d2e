import { days, duration, enumerated, when } from './phrases.js';

describe('phrases', () => {
  it.each([
    [5, '5 min'],
    [59.6, '1 h'],
    [90, '1 h 30 min'],
    [480, '8 h'],
    [599, '9 h 59 min'],
    [1290, '22 h'],
  ])('say %d minutes as %s', (minutes, words) => {
    expect(duration(minutes)).toBe(words);
  });

  it.each([
    ['2026-06-05T17:00', 'today at 17:00'],
    ['2026-06-06T09:05', 'tomorrow at 09:05'],
    ['2026-06-04T23:59', 'yesterday at 23:59'],
    ['2026-06-08T10:00', 'on Monday at 10:00'],
    ['2026-06-12T10:00', 'on 12 June at 10:00'],
    ['2026-05-29T10:00', 'on 29 May at 10:00'],
    ['2027-01-02T10:00', 'on 2 January 2027 at 10:00'],
  ])('name %s, seen on Friday 5 June 2026, as %s', (local, words) => {
    expect(when(local, '2026-06-05T00:30')).toBe(words);
  });

  it('count days and enumerate clauses', () => {
    expect([days(1.9), days(2)]).toEqual(['1 day', '2 days']);
    expect([['a'], ['a', 'b'], ['a', 'b', 'c']].map(enumerated)).toEqual([
      'a',
      'a and b',
      'a, b and c',
    ]);
  });
});
