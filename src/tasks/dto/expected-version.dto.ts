import { ApiProperty } from '#openapi';
import { IsWhole, Omittable } from '../../http/fields.js';

/** What every change of a task may say; the whole body of a deletion. */
export class ExpectedVersionDto {
  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: 1,
    example: 7,
    description: 'As `If-Match`, for clients that cannot send headers.',
  })
  @Omittable()
  @IsWhole(1, 2 ** 31 - 1)
  expectedVersion?: number;
}
