import { ApiProperty } from '@nestjs/swagger';
import { IsText } from '../../http/fields.js';

export class DeleteAccountDto {
  @ApiProperty({ minLength: 1, maxLength: 1024, example: 'correct horse battery staple' })
  @IsText(1, 1024)
  password!: string;
}
