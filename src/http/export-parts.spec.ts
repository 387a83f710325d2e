import { type ExportPart, ExportParts, exportedList, exportedValue } from './export-parts.js';

const request = { userId: 'ada', arrivedAt: new Date() };

async function textOf(part: ExportPart): Promise<string> {
  let text = '';
  for await (const piece of part(request)) text += piece;
  return text;
}

/** A list of so many numbers, and the sizes of the pages in which it was read. */
function numbers(count: number) {
  const pages: number[] = [];
  const part = exportedList<{ json: string; n: number }>((_, after, limit) => {
    const from = after ? after.n + 1 : 0;
    const rows = Array.from({ length: Math.min(limit, count - from) }, (_unused, index) => ({
      json: String(from + index),
      n: from + index,
    }));
    pages.push(rows.length);
    return Promise.resolve(rows);
  });
  return { part, pages };
}

describe('an exported part', () => {
  it.each([0, 1, 999, 1000, 1001, 2000, 2500])('has each of %i rows once', async (count) => {
    const { part, pages } = numbers(count);
    expect(JSON.parse(await textOf(part))).toEqual([...Array(count).keys()]);
    expect(pages.slice(0, -1)).toEqual(Array(Math.floor(count / 1000)).fill(1000));
  });

  it('is read no further than it is asked for', async () => {
    const { part, pages } = numbers(5000);
    const pieces = part(request)[Symbol.asyncIterator]();
    await pieces.next();
    expect(pages).toEqual([]);
    await pieces.next();
    await pieces.next();
    expect(pages).toEqual([1000, 1000]);
  });

  it('may be a single value', async () => {
    const part = exportedValue(({ userId }) => Promise.resolve({ userId }));
    expect(await textOf(part)).toBe('{"userId":"ada"}');
  });

  it('has a name of its own', () => {
    const parts = new ExportParts();
    const part = exportedValue(() => Promise.resolve({}));
    parts.add('notes', part);
    expect(() => {
      parts.add('notes', part);
    }).toThrow('notes is exported already');
    expect(parts.all()).toEqual([['notes', part]]);
  });
});
