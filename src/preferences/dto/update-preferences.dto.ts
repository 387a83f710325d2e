import { ApiPropertyOptional } from '#openapi';
import { IsBoolean } from 'class-validator';
import { IsWhole, Omittable } from '../../http/fields.js';
import { IsClockTime, IsTimezone, IsWorkDays } from '../preference-rules.js';

const WEIGHT = { type: 'integer', minimum: 0, maximum: 100 } as const;
const CLOCK_TIME = { type: String, pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' } as const;

/** What is left out stays as it is. The four weights that result add up to 100. */
export class UpdatePreferencesDto {
  @ApiPropertyOptional({ ...WEIGHT, example: 55 })
  @Omittable()
  @IsWhole(0, 100)
  weightUrgency?: number;

  @ApiPropertyOptional({ ...WEIGHT, example: 25 })
  @Omittable()
  @IsWhole(0, 100)
  weightPriority?: number;

  @ApiPropertyOptional({ ...WEIGHT, example: 10 })
  @Omittable()
  @IsWhole(0, 100)
  weightImpact?: number;

  @ApiPropertyOptional({ ...WEIGHT, example: 10 })
  @Omittable()
  @IsWhole(0, 100)
  weightEffort?: number;

  @ApiPropertyOptional({
    type: String,
    maxLength: 64,
    description: 'IANA time zone, in any case',
    example: 'Europe/Berlin',
  })
  @Omittable()
  @IsTimezone()
  timezone?: string;

  @ApiPropertyOptional({ ...CLOCK_TIME, example: '08:30' })
  @Omittable()
  @IsClockTime()
  workStartTime?: string;

  @ApiPropertyOptional({
    ...CLOCK_TIME,
    description: 'Before the start: the shift ends on the next day. Never equal to it.',
    example: '16:30',
  })
  @Omittable()
  @IsClockTime()
  workEndTime?: string;

  @ApiPropertyOptional({
    type: 'integer',
    isArray: true,
    minimum: 1,
    maximum: 7,
    minItems: 1,
    maxItems: 7,
    uniqueItems: true,
    description: 'ISO weekdays, 1 is Monday and 7 is Sunday',
    example: [1, 2, 3, 4],
  })
  @Omittable()
  @IsWorkDays()
  workDays?: number[];

  @ApiPropertyOptional({ type: Boolean, example: false })
  @Omittable()
  @IsBoolean()
  enableHabitLearning?: boolean;
}
