import { ApiProperty } from '#openapi';

const WEIGHT = { type: 'integer', minimum: 0, maximum: 100 } as const;
const CLOCK_TIME = { type: String, pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' } as const;

/** What a user has decided about how their next task is chosen. */
export class PreferencesDto {
  @ApiProperty({
    ...WEIGHT,
    description: 'How much a near due date counts, in per cent; the four weights add up to 100',
    example: 40,
  })
  weightUrgency!: number;

  @ApiProperty({
    ...WEIGHT,
    description: 'How much the priority of a task counts',
    example: 35,
  })
  weightPriority!: number;

  @ApiProperty({
    ...WEIGHT,
    description: 'How much the impact of a task counts',
    example: 15,
  })
  weightImpact!: number;

  @ApiProperty({
    ...WEIGHT,
    description: 'How much little effort counts',
    example: 10,
  })
  weightEffort!: number;

  @ApiProperty({ type: String, description: 'IANA time zone', example: 'Europe/Berlin' })
  timezone!: string;

  @ApiProperty({
    ...CLOCK_TIME,
    description: 'When the working day begins, in the time zone',
    example: '09:00',
  })
  workStartTime!: string;

  @ApiProperty({
    ...CLOCK_TIME,
    description: 'When it ends; an end before the start is on the next day',
    example: '17:00',
  })
  workEndTime!: string;

  @ApiProperty({
    type: 'integer',
    isArray: true,
    minimum: 1,
    maximum: 7,
    minItems: 1,
    maxItems: 7,
    uniqueItems: true,
    description: 'ISO weekdays, 1 is Monday and 7 is Sunday',
    example: [1, 2, 3, 4, 5],
  })
  workDays!: number[];

  @ApiProperty({
    type: Boolean,
    description: 'Whether completed tasks may teach when which kind of task is done',
    example: true,
  })
  enableHabitLearning!: boolean;

  @ApiProperty({ type: String, format: 'date-time', example: '2030-01-31T09:00:00.000Z' })
  updatedAt!: Date;
}
