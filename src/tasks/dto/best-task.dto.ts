import { ApiProperty } from '#openapi';
import { IsInstant, IsTextSet, Omittable, QueryWhole, Repeatable } from '../../http/fields.js';
import { IsTags } from './task-tags.js';

const MINUTES_PER_WEEK = 10_080;

/** What is asked of the recommendation. */
export class BestTaskDto {
  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: 1,
    maximum: MINUTES_PER_WEEK,
    example: 45,
    description: 'The time at hand: only what fits is recommended.',
  })
  @Omittable()
  @QueryWhole(1, MINUTES_PER_WEEK)
  availableMinutes?: number;

  @ApiProperty({
    type: [String],
    required: false,
    example: ['work'],
    description: 'Repeatable: a task must have all of them.',
  })
  @Repeatable()
  @Omittable()
  @IsTags()
  tag?: string[];

  @ApiProperty({
    type: [String],
    required: false,
    example: ['7'],
    description:
      'Ids or numbers of tasks that are not wanted now; repeatable, unknown ones are ignored.',
  })
  @Repeatable()
  @Omittable()
  @IsTextSet(100, 100)
  exclude?: string[];

  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: 0,
    maximum: 10,
    default: 3,
    example: 3,
  })
  @QueryWhole(0, 10)
  alternatives: number = 3;

  @ApiProperty({
    type: String,
    format: 'date-time',
    required: false,
    example: '2030-01-31T09:00:00Z',
    description: 'The moment to answer for, in place of now.',
  })
  @Omittable()
  @IsInstant()
  at?: Date;

  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: 0,
    maximum: 100,
    example: 40,
    description: 'Weights to try, all four or none; they must add up to 100.',
  })
  @Omittable()
  @QueryWhole(0, 100)
  weightUrgency?: number;

  @ApiProperty({ type: 'integer', required: false, minimum: 0, maximum: 100, example: 35 })
  @Omittable()
  @QueryWhole(0, 100)
  weightPriority?: number;

  @ApiProperty({ type: 'integer', required: false, minimum: 0, maximum: 100, example: 15 })
  @Omittable()
  @QueryWhole(0, 100)
  weightImpact?: number;

  @ApiProperty({ type: 'integer', required: false, minimum: 0, maximum: 100, example: 10 })
  @Omittable()
  @QueryWhole(0, 100)
  weightEffort?: number;
}
