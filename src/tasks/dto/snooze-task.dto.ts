import { ApiProperty } from '#openapi';
import { IsInstant, IsWhole, Omittable } from '../../http/fields.js';
import { TaskActionDto } from './task-action.dto.js';

/** How long a task sleeps: `until` a moment or for some `minutes`, one of the two. */
export class SnoozeTaskDto extends TaskActionDto {
  @ApiProperty({
    type: String,
    format: 'date-time',
    required: false,
    example: '2030-01-30T08:00:00Z',
    description: 'A moment in the future.',
  })
  @Omittable()
  @IsInstant()
  until?: Date;

  @ApiProperty({ type: 'integer', required: false, minimum: 1, maximum: 525_600, example: 60 })
  @Omittable()
  @IsWhole(1, 525_600)
  minutes?: number;
}
