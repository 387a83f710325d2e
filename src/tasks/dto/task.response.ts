import { ApiProperty } from '#openapi';
import { TASK_STATUSES, type TaskStatus } from './task-status.js';

export class TaskResponse {
  @ApiProperty({ format: 'uuid', example: '0197c2a4-5f1e-7a3b-9c41-2f6d8e0b7a15' })
  id!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    example: 42,
    description: 'Short name for its owner, never given twice; works wherever the id does.',
  })
  number!: number;

  @ApiProperty({ format: 'uuid', example: '0197c2a0-11d2-7c55-8b7e-64a1f0c3d9e8' })
  userId!: string;

  @ApiProperty({ example: 'Write the quarterly report' })
  title!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Figures are in the shared folder.' })
  description!: string | null;

  @ApiProperty({
    enum: TASK_STATUSES,
    example: 'pending',
    description: '`snoozed` while `snoozedUntil` is in the future and the task is not completed.',
  })
  status!: TaskStatus;

  @ApiProperty({ example: false })
  isCompleted!: boolean;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    maximum: 5,
    example: 4,
    description: '5 is the highest.',
  })
  priority!: number;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 5, example: 5 })
  impact!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2030-01-31T16:00:00.000Z',
  })
  dueDate!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  snoozedUntil!: string | null;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 480, nullable: true, example: 90 })
  effortEstimateMinutes!: number | null;

  @ApiProperty({ type: [String], example: ['work', 'deep-work'] })
  tags!: string[];

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    example: 7,
    description: 'Grows with every change; the ETag without its quotes.',
  })
  version!: number;

  @ApiProperty({ format: 'date-time', example: '2030-01-15T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time', example: '2030-01-16T11:05:42.318Z' })
  updatedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  completedAt!: string | null;
}
