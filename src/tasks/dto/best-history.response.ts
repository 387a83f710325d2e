import { ApiProperty } from '#openapi';
import { OUTCOMES } from '../best/best-history.query.js';
import { WeightsResponse } from './best-task.response.js';
import { TASK_STATUSES } from './task-status.js';

export class RecommendedTaskResponse {
  @ApiProperty({ format: 'uuid', example: '0198f3a2-6c20-7e11-8a2b-5d4c3b2a1f00' })
  id!: string;

  @ApiProperty({ type: 'integer', example: 42 })
  number!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Water the plants',
    description: 'As it is now; null once the task is deleted.',
  })
  title!: string | null;

  @ApiProperty({
    type: String,
    enum: [...TASK_STATUSES, null],
    nullable: true,
    example: 'completed',
    description: 'As it is now; null once the task is deleted.',
  })
  status!: string | null;
}

export class RecommendedAlternativeResponse {
  @ApiProperty({ format: 'uuid', example: '0198f3a2-7d31-7f22-9b3c-6e5d4c3b2a10' })
  id!: string;

  @ApiProperty({ example: 71 })
  score!: number;
}

export class RecommendationResponse {
  @ApiProperty({
    format: 'uuid',
    example: '0198f3a5-1b2c-7d3e-8f4a-5b6c7d8e9f00',
    description: 'The `X-Request-Id` of the answer, and the id of its entry in the audit log.',
  })
  requestId!: string;

  @ApiProperty({ format: 'date-time', example: '2030-01-31T09:00:00.000Z' })
  recommendedAt!: string;

  @ApiProperty({
    format: 'date-time',
    example: '2030-01-31T09:00:00.000Z',
    description: 'The moment that was answered for.',
  })
  evaluatedAt!: string;

  @ApiProperty({
    type: Boolean,
    example: false,
    description: 'Whether another moment or other weights were tried.',
  })
  whatIf!: boolean;

  @ApiProperty({ type: RecommendedTaskResponse })
  task!: RecommendedTaskResponse;

  @ApiProperty({ example: 78.4 })
  score!: number;

  @ApiProperty({ type: WeightsResponse })
  weights!: WeightsResponse;

  @ApiProperty({ type: [RecommendedAlternativeResponse] })
  alternatives!: RecommendedAlternativeResponse[];

  @ApiProperty({
    enum: OUTCOMES,
    example: 'completed',
    description:
      'What happened to the task first. `excluded`: something else was asked for; `started`: it came to be in progress; ' +
      '`changed`: it was edited and nothing else; `open`: nothing yet.',
  })
  outcome!: (typeof OUTCOMES)[number];

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2030-01-31T09:40:00.000Z',
    description: 'Null while the task is open.',
  })
  outcomeAt!: string | null;
}

export class BestHistoryResponse {
  @ApiProperty({ type: [RecommendationResponse] })
  items!: RecommendationResponse[];

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'q83vEjRWeJCrze8SNFZ4kFsiMjAzMC0wMS0xNVQwOTozMDowMFoiLDQyXQ',
    description: 'Send it as `cursor` for the next page; null on the last.',
  })
  nextCursor!: string | null;
}
