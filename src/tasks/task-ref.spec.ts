import fc from 'fast-check';
import { parseTaskRef } from './task-ref.js';

describe('names of tasks', () => {
  it('reads every number of a task', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (number) => {
        expect(parseTaskRef(String(number))).toEqual({ column: 'number', value: number });
      }),
    );
  });

  it('reads UUIDs in either case', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(parseTaskRef(id)).toEqual({ column: 'id', value: id });
        expect(parseTaskRef(id.toUpperCase())?.column).toBe('id');
      }),
    );
  });

  it.each([
    '',
    '0',
    '-1',
    '+1',
    '1.0',
    ' 1',
    '1e3',
    '0x1',
    '٣',
    '2147483648',
    '9'.repeat(400),
    'best',
  ])('takes %j for the name of nothing', (text) => {
    expect(parseTaskRef(text)).toBeNull();
  });
});
