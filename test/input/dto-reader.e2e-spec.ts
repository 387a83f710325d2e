import { Expose, Type } from 'class-transformer';
import { Allow, IsIn, IsInt, Min, ValidateBy, ValidateNested } from 'class-validator';
import fc from 'fast-check';
import { ListTasksDto } from '../../src/tasks/dto/list-tasks.dto.js';
import { CreateTaskDto } from '../../src/tasks/dto/create-task.dto.js';
import { UpdateTaskDto } from '../../src/tasks/dto/update-task.dto.js';
import { dtoReader } from '../../src/http/dto-reader.js';
import { DtoPipe } from '../../src/http/validation.js';

const text = fc.oneof(
  fc.constantFrom('', ' ', 'work', ' Trimmed ', '3', '50', 'snoozed', '-createdAt'),
  fc.string(),
);
const moment = fc.constantFrom('2030-01-31T09:00:00Z', '2030-02-30T09:00:00Z', 'tomorrow');
const value = fc.oneof(
  text,
  moment,
  fc.integer({ min: -2, max: 600 }),
  fc.constantFrom(null, undefined, true, 1.5, {}, { a: 1 }, [{}]),
  fc.array(text, { maxLength: 25 }),
);
const FIELDS = [
  'title',
  'description',
  'status',
  'priority',
  'impact',
  'dueDate',
  'snoozedUntil',
  'tags',
  'tag',
  'q',
  'effortEstimateMinutes',
  'expectedVersion',
  'clientRequestId',
  'limit',
  'cursor',
  'sort',
  'minPriority',
  'dueBefore',
  'unknown',
];
const input = fc.dictionary(fc.constantFrom(...FIELDS), value, { maxKeys: 5 });

describe('the reader of DTOs', () => {
  it.each([CreateTaskDto, UpdateTaskDto, ListTasksDto])(
    'reads what the libraries read in the same way, and nothing that they refuse: %p',
    async (dto) => {
      const read = dtoReader(dto);
      const thorough = Reflect.get(new DtoPipe(), 'thorough') as DtoPipe;
      let count = 0;
      await fc.assert(
        fc.asyncProperty(input, async (given) => {
          const found = read?.(structuredClone(given)) ?? null;
          const expected: unknown = await Promise.resolve(
            thorough.transform(structuredClone(given), { type: 'body', metatype: dto }),
          ).catch(() => null);
          if (found === null) return;
          count++;
          expect(found).toBeInstanceOf(dto);
          expect(found).toEqual(expected);
        }),
        { numRuns: 2000, examples: [[{ title: 'A title' }], [{ limit: '5' }], [{}]] },
      );
      expect(count).toBeGreaterThan(0);
    },
  );

  it('reads every valid task without asking the libraries', () => {
    const task = {
      title: ' A title ',
      priority: 5,
      tags: ['Work'],
      dueDate: '2030-01-31T09:00:00Z',
    };
    expect(dtoReader(CreateTaskDto)?.(task)).toEqual(
      Object.assign(new CreateTaskDto(), {
        title: 'A title',
        priority: 5,
        tags: ['work'],
        dueDate: new Date('2030-01-31T09:00:00Z'),
      }),
    );
  });

  it('leaves classes to the libraries whose rules are not of the ordinary kind', () => {
    class Nested {
      @IsInt()
      n!: number;
    }
    class WithNested {
      @ValidateNested()
      @Type(() => Nested)
      nested!: Nested;
    }
    class WithExpose {
      @Expose()
      @IsInt()
      n!: number;
    }
    class WithGroups {
      @Min(1, { groups: ['some'] })
      n!: number;
    }
    class WithAllow {
      @Allow()
      n!: number;
    }
    class WithoutRules {
      n!: number;
    }
    const left = [WithNested, WithExpose, WithGroups, WithAllow, WithoutRules, Object];
    expect(left.map((dto) => dtoReader(dto as never))).toEqual(left.map(() => null));
  });

  it('judges each item of an array where a rule asks for it', () => {
    class Items {
      @IsIn(['a', 'b'], { each: true })
      items!: string[];
    }
    const read = dtoReader(Items);
    expect(read?.({ items: ['a', 'b'] })).toEqual({ items: ['a', 'b'] });
    expect(read?.({ items: ['a', 'c'] })).toBeNull();
  });

  it('leaves rules that take their time to the libraries', () => {
    class Slow {
      @ValidateBy({ name: 'slow', validator: { validate: () => Promise.resolve(true) } })
      n!: number;
    }
    expect(dtoReader(Slow)?.({ n: 1 })).toBeNull();
  });
});
