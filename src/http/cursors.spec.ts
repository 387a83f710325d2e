import fc from 'fast-check';
import { parseEnvironment } from '../config/environment.js';
import { type CursorPosition, Cursors } from './cursors.js';

const settings = (SECRET_KEY: string) => ({
  ...parseEnvironment({}),
  SECRET_KEY,
  DATABASE_URL: '',
  DATABASE_DIRECT_URL: '',
});

describe('a cursor', () => {
  const cursors = new Cursors(settings('a secret that only this test knows'));
  const position = fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), {
    maxLength: 4,
  });

  it('leads back to the position it was made for', () => {
    fc.assert(
      fc.property(fc.string(), position, (scope, given) => {
        expect(cursors.open(scope, cursors.seal(scope, given))).toEqual(given);
      }),
    );
  });

  it('is a plain word in a URL', () => {
    expect(cursors.seal('list', ['ü', 42, null])).toMatch(/^[\w-]+$/);
  });

  it('P15 is of no use to another list', () => {
    expect(problemOf('other', cursors.seal('list', [1]))).toBe('invalid_cursor');
  });

  it('P15 cannot be forged, shortened or changed', () => {
    const cursor = cursors.seal('list', ['2030-01-01', 7]);
    fc.assert(
      fc.property(fc.string(), fc.nat(cursor.length - 1), (garbage, at) => {
        expect(problemOf('list', garbage)).toBe('invalid_cursor');
        expect(problemOf('list', cursor.slice(0, at))).toBe('invalid_cursor');
        const changed = cursor[at] === 'A' ? 'z' : 'A';
        expect(problemOf('list', cursor.slice(0, at) + changed + cursor.slice(at + 1))).toBe(
          'invalid_cursor',
        );
      }),
    );
  });

  it('P15 of another secret is refused', () => {
    const stranger = new Cursors(settings('a secret of somebody else'));
    expect(problemOf('list', stranger.seal('list', [1] satisfies CursorPosition))).toBe(
      'invalid_cursor',
    );
  });

  function problemOf(scope: string, cursor: string): unknown {
    try {
      return cursors.open(scope, cursor);
    } catch (error) {
      return (error as { code: string }).code;
    }
  }
});
