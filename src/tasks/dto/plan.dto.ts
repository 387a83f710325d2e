import { ApiProperty } from '#openapi';
import { IsCalendarDate, IsInstant, Omittable } from '../../http/fields.js';

export class PlanDto {
  @ApiProperty({
    type: String,
    format: 'date',
    required: false,
    example: '2030-01-31',
    description: 'A day on the user’s calendar, from 1970 to 2199; today when left out.',
  })
  @Omittable()
  @IsCalendarDate()
  date?: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    required: false,
    example: '2030-01-31T09:00:00Z',
    description: 'The moment to plan from, in place of now.',
  })
  @Omittable()
  @IsInstant()
  at?: Date;
}
