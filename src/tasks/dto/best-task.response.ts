import { ApiProperty } from '#openapi';
import { TaskResponse } from './task.response.js';

export class ComponentResponse {
  @ApiProperty({
    enum: ['urgency', 'priority', 'impact', 'effort', 'context', 'in_progress', 'habit', 'limit'],
    example: 'urgency',
  })
  factor!: string;

  @ApiProperty({
    example: 0.92,
    description: 'What the task gets of this factor, 0 to 1; −1 to 1 for adjustments.',
  })
  value!: number;

  @ApiProperty({ example: 40, description: 'The most points that the factor can give.' })
  weight!: number;

  @ApiProperty({ example: 36.8, description: 'What it adds to the score.' })
  points!: number;

  @ApiProperty({ example: 'Due today at 17:00, with 6 h of working time left.' })
  why!: string;
}

export class AlternativeResponse {
  @ApiProperty({ type: TaskResponse })
  task!: TaskResponse;

  @ApiProperty({ example: 71 })
  score!: number;

  @ApiProperty({ example: 'It is due two days later.' })
  whyNotFirst!: string;
}

export class NothingToDoResponse {
  @ApiProperty({ example: 'Nothing to do now: 3 tasks are asleep, and the first wakes at 14:00.' })
  reason!: string;

  @ApiProperty({ type: 'integer', example: 3 })
  snoozed!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2030-01-31T13:00:00.000Z',
  })
  nextWakeAt!: string | null;

  @ApiProperty({
    type: 'integer',
    example: 2,
    description: 'Tasks that need more than `availableMinutes`.',
  })
  tooLong!: number;
}

export class WeightsResponse {
  @ApiProperty({ type: 'integer', example: 40 })
  urgency!: number;

  @ApiProperty({ type: 'integer', example: 35 })
  priority!: number;

  @ApiProperty({ type: 'integer', example: 15 })
  impact!: number;

  @ApiProperty({ type: 'integer', example: 10 })
  effort!: number;
}

export class BestTaskResponse {
  @ApiProperty({ type: TaskResponse, nullable: true })
  task!: TaskResponse | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 78.4,
    description: '0 to 100: the sum of the points.',
  })
  score!: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Due today at 17:00 and it needs 2 h: start it now.',
  })
  reason!: string | null;

  @ApiProperty({ type: [ComponentResponse] })
  components!: ComponentResponse[];

  @ApiProperty({ type: [AlternativeResponse] })
  alternatives!: AlternativeResponse[];

  @ApiProperty({
    type: NothingToDoResponse,
    nullable: true,
    example: null,
    description: 'Why there is no task, if there is none.',
  })
  empty!: NothingToDoResponse | null;

  @ApiProperty({ type: String, format: 'date-time', example: '2030-01-31T09:00:00.000Z' })
  evaluatedAt!: string;

  @ApiProperty({ example: 'Europe/Berlin' })
  timezone!: string;

  @ApiProperty({ type: WeightsResponse })
  weights!: WeightsResponse;
}
