import { ApiProperty } from '#openapi';
import { TaskResponse } from './task.response.js';

export class WorkingHoursResponse {
  @ApiProperty({ type: String, format: 'date-time', example: '2030-01-31T08:00:00.000Z' })
  start!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2030-01-31T16:00:00.000Z' })
  end!: string;

  @ApiProperty({ example: '09:00', description: 'The start on the user’s clock.' })
  localStart!: string;

  @ApiProperty({ example: '17:00' })
  localEnd!: string;
}

export class PlanBlockResponse extends WorkingHoursResponse {
  @ApiProperty({ type: TaskResponse })
  task!: TaskResponse;
}

export class PlanRemarkResponse {
  @ApiProperty({ type: TaskResponse })
  task!: TaskResponse;

  @ApiProperty({ example: 'It needs 3 h, and 1 h 30 min is left.' })
  why!: string;
}

export class PlanResponse {
  @ApiProperty({ type: String, format: 'date', example: '2030-01-31' })
  date!: string;

  @ApiProperty({ example: 'Europe/Berlin' })
  timezone!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2030-01-31T08:00:00.000Z' })
  evaluatedAt!: string;

  @ApiProperty({
    type: WorkingHoursResponse,
    nullable: true,
    description: 'What is left of the day’s working hours; null when nothing is.',
  })
  workingHours!: WorkingHoursResponse | null;

  @ApiProperty({
    type: [PlanBlockResponse],
    description: 'What to do when, one after the other; no two overlap.',
  })
  blocks!: PlanBlockResponse[];

  @ApiProperty({
    type: [PlanRemarkResponse],
    description: 'The best of what found no place, and why not.',
  })
  unplanned!: PlanRemarkResponse[];

  @ApiProperty({
    type: [PlanRemarkResponse],
    description: 'What cannot be finished before it is due.',
  })
  warnings!: PlanRemarkResponse[];
}
