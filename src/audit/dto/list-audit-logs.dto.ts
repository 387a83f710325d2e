import { ApiProperty } from '#openapi';
import { IsIn, IsUUID, Matches } from 'class-validator';
import { IsInstant, Omittable } from '../../http/fields.js';
import { PageDto } from '../../http/page.dto.js';

export class ListAuditLogsDto extends PageDto {
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
