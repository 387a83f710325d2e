import { ApiProperty } from '#openapi';
import { IsText, Omittable, QueryWhole } from './fields.js';

/** Which page of a list: what every list takes beside its filters. */
export class PageDto {
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
    description: 'The `nextCursor` of the page before, of a list asked for in the same way.',
  })
  @Omittable()
  @IsText(1, 1000)
  cursor?: string;
}
