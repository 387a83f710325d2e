import { ApiProperty } from '#openapi';
import { IsText, Trimmed } from '../../http/fields.js';

export class LoginDto {
  @ApiProperty({ format: 'email', maxLength: 255, example: 'ada@example.com' })
  @Trimmed()
  @IsText(1, 255)
  email!: string;

  @ApiProperty({ minLength: 1, maxLength: 1024, example: 'correct horse battery staple' })
  @IsText(1, 1024)
  password!: string;
}
