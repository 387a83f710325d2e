import { ApiProperty } from '#openapi';
import { IsIn } from 'class-validator';
import { PageDto } from '../../http/page.dto.js';

export class BestHistoryDto extends PageDto {
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
