import fc from 'fast-check';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import {
  IsInstant,
  IsText,
  IsTextSet,
  IsWhole,
  Nullable,
  Omittable,
  parseInstant,
  QueryWhole,
  Repeatable,
  Trimmed,
} from './fields.js';

class Sample {
  @Omittable()
  @Trimmed()
  @IsText(1, 5)
  text?: string;

  @Nullable()
  @IsText(0, 5)
  note?: string | null;

  @Omittable()
  @IsWhole(1, 480)
  whole?: number;

  @Omittable()
  @QueryWhole(1, 100)
  limit?: number;

  @Omittable()
  @IsInstant()
  moment?: Date;

  @Omittable()
  @Repeatable()
  @IsTextSet(3, 5)
  set?: string[];
}

function read(fields: object): Sample | string[] {
  const sample = plainToInstance(Sample, fields);
  const errors = validateSync(sample);
  return errors.length === 0 ? sample : errors.map(({ property }) => property);
}

describe('a text', () => {
  it.each([
    ['five emoji', '🦄🦄🦄🦄🦄'],
    ['combining marks', 'e\u0301x\u0302y'],
    ['variation selectors', '❤\ufe0f❤\ufe0f!'],
    ['right-to-left text', 'שלום!'],
    ['zero-width joiners', 'a\u200db\u200dc'],
  ])('P12 of %s is counted in code points and kept as it is', (_, text) => {
    expect(Array.from(text)).toHaveLength(5);
    expect(read({ text })).toMatchObject({ text });
    expect(read({ text: `${text}x` })).toEqual(['text']);
  });

  it('P12 is valid exactly when its code points are within the bounds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 8 }), (note) => {
        const isValid = Array.from(note).length <= 5 && note.isWellFormed() && !note.includes('\0');
        expect(read({ note })).toEqual(isValid ? { note } : ['note']);
      }),
    );
  });

  it('is judged after the white space around it is gone', () => {
    expect(read({ text: '  \tabc\n ' })).toMatchObject({ text: 'abc' });
    expect(read({ text: ' \u00a0 ' })).toEqual(['text']);
  });

  it.each(['a\0', '\ud83d', '\ude00\ud83d', 5, true, {}, ['a'], null])('P03 is not %j', (text) => {
    expect(read({ text })).toEqual(['text']);
  });

  it('P13 may be null where that means something', () => {
    expect(read({ note: null })).toMatchObject({ note: null });
    expect(read({ text: null })).toEqual(['text']);
  });
});

describe('a whole number', () => {
  it('P10 is judged by its value', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.integer({ min: -10, max: 500 })), (whole) => {
        const isValid = Number.isInteger(whole) && whole >= 1 && whole <= 480;
        expect(read({ whole })).toEqual(isValid ? { whole } : ['whole']);
      }),
    );
  });

  it.each([1.5, 2 ** 53 + 1, Infinity, NaN, '3', true, null, [3], {}])('P10 is not %p', (whole) => {
    expect(read({ whole })).toEqual(['whole']);
  });

  it.each([
    '0x10',
    '1e2',
    ' 5',
    '5 ',
    '+5',
    '-1',
    '2147483648',
    'NaN',
    '',
    '1.0',
    '٣',
    '1_0',
    ['5', '6'],
  ])('P10 is not %j in a query', (limit) => {
    expect(read({ limit })).toEqual(['limit']);
  });

  it('P10 may have leading zeros in a query', () => {
    expect(read({ limit: '007' })).toMatchObject({ limit: 7 });
  });
});

describe('a moment', () => {
  it.each([
    ['2030-01-31T09:00:00Z', '2030-01-31T09:00:00.000Z'],
    ['2030-01-31T09:00:00.5+02:00', '2030-01-31T07:00:00.500Z'],
    ['2030-01-31t09:00:00z', '2030-01-31T09:00:00.000Z'],
    ['2030-01-31 09:00:00-00:30', '2030-01-31T09:30:00.000Z'],
    ['2024-02-29T00:00:00.123456789Z', '2024-02-29T00:00:00.123Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['2199-12-31T23:59:59.999Z', '2199-12-31T23:59:59.999Z'],
    ['1969-12-31T23:00:00-01:00', '1970-01-01T00:00:00.000Z'],
  ])('is %s', (text, moment) => {
    expect(parseInstant(text)?.toISOString()).toBe(moment);
  });

  it.each([
    '2024-02-30T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-00-10T00:00:00Z',
    '2024-01-00T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T23:60:00Z',
    '2024-01-01T23:59:60Z',
    '2024-01-01T00:00:00+24:00',
    '2024-W05-1T00:00:00Z',
    '2024-060T00:00:00Z',
    '20240131T090000Z',
    '2024-01-31',
    '2024-01-31T09:00Z',
    '2024-01-31T09:00:00',
    '2024-01-31T09:00:00+0200',
    '2024-01-31T09:00:00.Z',
    '0000-01-01T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '2200-01-01T00:00:00Z',
    '+275760-09-13T00:00:00Z',
    'infinity',
    'now',
    '',
    1_700_000_000,
    null,
    ['2030-01-31T09:00:00Z'],
  ])('P11 is not %j', (moment) => {
    expect(parseInstant(moment)).toBeNull();
    expect(read({ moment })).toEqual(['moment']);
  });

  it('P11 is what its text says, to the millisecond, at every offset', () => {
    const range = {
      min: new Date(86_400_000),
      max: new Date('2199-12-30T00:00:00Z'),
      noInvalidDate: true,
    };
    fc.assert(
      fc.property(fc.date(range), fc.integer({ min: -1439, max: 1439 }), (date, offsetMinutes) => {
        const local = new Date(date.getTime() + offsetMinutes * 60_000).toISOString().slice(0, -1);
        const minutes = Math.abs(offsetMinutes);
        const pad = (number: number) => String(number).padStart(2, '0');
        const offset = `${offsetMinutes < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
        expect(parseInstant(local + offset)).toEqual(date);
      }),
    );
  });
});

describe('a set of texts', () => {
  it('is a list in a query even when it is sent once', () => {
    expect(read({ set: 'a' })).toMatchObject({ set: ['a'] });
  });

  it.each([[['a', 'b', 'c', 'd']], [['']], [['toolong']], [[1]], [{ 0: 'a' }], [null]])(
    'is not %j',
    (set) => {
      expect(read({ set })).toEqual(['set']);
    },
  );
});
