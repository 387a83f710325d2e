import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsText, Omittable, QueryWhole } from '../../http/fields.js';

export class BestHistoryDto {
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
    description: 'The `nextCursor` of the page before, with the same `whatIf`.',
  })
  @Omittable()
  @IsText(1, 1000)
  cursor?: string;

  @ApiProperty({
    type: Boolean,
    required: false,
    default: false,
    example: false,
    description: 'Whether answers for another moment or for tried weights are listed too.',
  })
  @IsIn(['true', 'false'], { message: '$property must be true or false' })
  whatIf: 'true' | 'false' = 'false';
}
