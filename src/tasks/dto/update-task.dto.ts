import { ApiProperty } from '#openapi';
import { IsIn } from 'class-validator';
import { IsInstant, IsText, IsWhole, Nullable, Omittable, Trimmed } from '../../http/fields.js';
import { ExpectedVersionDto } from './expected-version.dto.js';
import { IsTags } from './task-tags.js';
import { TASK_STATUSES, type TaskStatus } from './task-status.js';

/** Fields that are left out keep their value. */
export class UpdateTaskDto extends ExpectedVersionDto {
  @ApiProperty({
    required: false,
    example: 'Write the quarterly report',
    minLength: 1,
    maxLength: 256,
    description: 'Code points after trimming.',
  })
  @Trimmed()
  @Omittable()
  @IsText(1, 256)
  title?: string;

  @ApiProperty({
    type: String,
    nullable: true,
    required: false,
    maxLength: 2000,
    example: 'Figures are in the shared folder.',
  })
  @Nullable()
  @IsText(0, 2000)
  description?: string | null;

  @ApiProperty({
    enum: TASK_STATUSES,
    required: false,
    example: 'in_progress',
    description:
      'Every status but `snoozed` ends a snooze; `snoozed` needs a `snoozedUntil` in the future.',
  })
  @Omittable()
  @IsIn(TASK_STATUSES)
  status?: TaskStatus;

  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: 1,
    maximum: 5,
    example: 4,
    description: '5 is the highest.',
  })
  @Omittable()
  @IsWhole(1, 5)
  priority?: number;

  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: 1,
    maximum: 5,
    example: 5,
    description: 'How much it matters once done; 5 is the most.',
  })
  @Omittable()
  @IsWhole(1, 5)
  impact?: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    required: false,
    example: '2030-01-31T17:00:00+01:00',
  })
  @Nullable()
  @IsInstant()
  dueDate?: Date | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    required: false,
    example: '2030-01-30T08:00:00Z',
    description:
      'The task sleeps until then, null wakes it. A moment that has passed has no effect. Refused for a completed task.',
  })
  @Nullable()
  @IsInstant()
  snoozedUntil?: Date | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    required: false,
    minimum: 1,
    maximum: 480,
    example: 90,
  })
  @Nullable()
  @IsWhole(1, 480)
  effortEstimateMinutes?: number | null;

  @ApiProperty({
    type: [String],
    required: false,
    maxItems: 20,
    example: ['work', 'deep-work'],
    description: 'Each of 1 to 50 characters; stored trimmed, lower-cased, each once.',
  })
  @Omittable()
  @IsTags()
  tags?: string[];
}
