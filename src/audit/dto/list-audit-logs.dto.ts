import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsUUID, Matches } from 'class-validator';
import { IsInstant, IsText, Omittable, QueryWhole } from '../../http/fields.js';

export class ListAuditLogsDto {
  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: 1,
    maximum: 100,
    default: 50,
    example: 20,
  })
  @QueryWhole(1, 100)
  limit: number = 50;

  @ApiProperty({
    required: false,
    maxLength: 1000,
    description: 'The `nextCursor` of the page before, with the same filters.',
  })
  @Omittable()
  @IsText(1, 1000)
  cursor?: string;

  @ApiProperty({ required: false, maxLength: 100, example: 'COMPLETE_TASK' })
  @Omittable()
  @Matches(/^[A-Z_]{1,100}$/, { message: '$property must be an action such as COMPLETE_TASK' })
  action?: string;

  @ApiProperty({ required: false, enum: ['success', 'error'], example: 'error' })
  @Omittable()
  @IsIn(['success', 'error'])
  result?: 'success' | 'error';

  @ApiProperty({
    required: false,
    format: 'uuid',
    example: '0198f3a2-6c20-7e11-8a2b-5d4c3b2a1f00',
    description: 'The id of a task, a session or whatever else the request was about.',
  })
  @Omittable()
  @IsUUID()
  resourceId?: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    required: false,
    example: '2030-01-01T00:00:00Z',
    description: 'Only requests that arrived then or later.',
  })
  @Omittable()
  @IsInstant()
  from?: Date;

  @ApiProperty({
    type: String,
    format: 'date-time',
    required: false,
    example: '2030-02-01T00:00:00Z',
    description: 'Only requests that arrived before.',
  })
  @Omittable()
  @IsInstant()
  to?: Date;
}
