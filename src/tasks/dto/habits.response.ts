import { ApiProperty } from '#openapi';
import { DAY_PARTS, type DayPart } from '../scoring/context-tags.js';

export class HabitResponse {
  @ApiProperty({ example: 'calls' })
  tag!: string;

  @ApiProperty({ enum: DAY_PARTS.map(({ name }) => name), example: 'morning' })
  partOfDay!: DayPart;

  @ApiProperty({
    example: 0.42,
    minimum: -1,
    maximum: 1,
    description:
      'From −1, never then, to 1, always then, compared with your other tasks; recent completions count more. ' +
      'It is the value of the `habit` component of a score.',
  })
  tendency!: number;

  @ApiProperty({ type: 'integer', example: 9, description: 'Completions with this tag.' })
  completions!: number;

  @ApiProperty({ type: 'integer', example: 8, description: 'Those in this part of the day.' })
  completionsThen!: number;

  @ApiProperty({ example: 'You usually do "calls" in the morning: 8 of 9 completions.' })
  why!: string;
}

export class HabitsResponse {
  @ApiProperty({
    type: Boolean,
    example: true,
    description: 'While learning is off, nothing is learned and nothing is shown.',
  })
  enabled!: boolean;

  @ApiProperty({
    type: 'integer',
    example: 57,
    description: 'Completed tasks that it was learned from.',
  })
  completions!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'Nothing completed until then counts.',
  })
  forgottenAt!: string | null;

  @ApiProperty({
    type: [HabitResponse],
    description: 'By part of the day from its start, the strongest first.',
  })
  habits!: HabitResponse[];
}
