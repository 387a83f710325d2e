import { ApiProperty } from '#openapi';
import { IsIn } from 'class-validator';
import {
  IsInstant,
  IsText,
  Omittable,
  QueryWhole,
  Repeatable,
  Trimmed,
} from '../../http/fields.js';
import { PageDto } from '../../http/page.dto.js';
import { TASK_SORTS, type TaskSort } from '../list/task-order.js';
import { IsTags } from './task-tags.js';
import { TASK_STATUSES, type TaskStatus } from './task-status.js';

export class ListTasksDto extends PageDto {
  @ApiProperty({
    enum: TASK_STATUSES,
    isArray: true,
    required: false,
    example: ['pending', 'in_progress'],
    description: 'Repeatable: any of them.',
  })
  @Repeatable()
  @Omittable()
  @IsIn(TASK_STATUSES, { each: true })
  status?: TaskStatus[];

  @ApiProperty({
    type: [String],
    required: false,
    example: ['work'],
    description: 'Repeatable: all of them.',
  })
  @Repeatable()
  @Omittable()
  @IsTags()
  tag?: string[];

  @ApiProperty({
    required: false,
    minLength: 1,
    maxLength: 200,
    example: 'quarterly -draft "budget plan"',
    description:
      'Words of the title or the description: all of them; `or` between alternatives, quotes around a phrase, `-` before what must be missing.',
  })
  @Trimmed()
  @Omittable()
  @IsText(1, 200)
  q?: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    required: false,
    example: '2030-02-01T00:00:00Z',
    description: 'Due earlier than this; leaves out what has no due date.',
  })
  @Omittable()
  @IsInstant()
  dueBefore?: Date;

  @ApiProperty({
    type: String,
    format: 'date-time',
    required: false,
    example: '2030-01-01T00:00:00Z',
    description: 'Due at this moment or later; leaves out what has no due date.',
  })
  @Omittable()
  @IsInstant()
  dueAfter?: Date;

  @ApiProperty({ type: 'integer', required: false, minimum: 1, maximum: 5, example: 4 })
  @Omittable()
  @QueryWhole(1, 5)
  minPriority?: number;

  @ApiProperty({
    enum: TASK_SORTS,
    required: false,
    default: '-createdAt',
    example: 'dueDate',
    description: 'A leading `-` is descending. Tasks without the value come last either way.',
  })
  @Omittable()
  @IsIn(TASK_SORTS)
  sort: TaskSort = '-createdAt';
}
