import { ApiProperty } from '@nestjs/swagger';
import { IsText, Omittable, QueryWhole } from '../../http/fields.js';

export class ListPendingTasksDto {
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
    description: 'The `nextCursor` of the page before.',
  })
  @Omittable()
  @IsText(1, 1000)
  cursor?: string;
}
