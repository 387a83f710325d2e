import { ApiProperty } from '#openapi';
import { IsIn } from 'class-validator';
import { IsInstant, Omittable } from '../../http/fields.js';
import { type Bucket, BUCKETS } from '../audit-stats.query.js';

export class AuditStatsDto {
  @ApiProperty({ required: false, enum: BUCKETS, default: 'hour', example: 'hour' })
  @IsIn(BUCKETS)
  bucket: Bucket = 'hour';

  @ApiProperty({
    type: String,
    format: 'date-time',
    required: false,
    example: '2030-01-15T00:00:00Z',
    description:
      'Only requests that arrived then or later; left out: the beginning of the 24th bucket before `to`. ' +
      'At most 1500 buckets are counted at once.',
  })
  @Omittable()
  @IsInstant()
  from?: Date;

  @ApiProperty({
    type: String,
    format: 'date-time',
    required: false,
    example: '2030-01-16T00:00:00Z',
    description: 'Only requests that arrived before; left out: now.',
  })
  @Omittable()
  @IsInstant()
  to?: Date;
}
