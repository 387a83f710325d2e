import { ApiProperty, ApiPropertyOptional } from '#openapi';
import { IsEmailAddress } from '../../http/email.js';
import { IsText, Nullable, Trimmed } from '../../http/fields.js';
import { IsNewPassword } from '../new-password.js';

export class RegisterDto {
  @ApiProperty({ format: 'email', maxLength: 255, example: 'ada@example.com' })
  @IsEmailAddress()
  email!: string;

  @ApiProperty({
    minLength: 8,
    maxLength: 1024,
    example: 'correct horse battery staple',
    description:
      'Any characters; spaces count and are kept. The three thousand commonest passwords are refused.',
  })
  @IsNewPassword()
  password!: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 255, example: 'Ada Lovelace' })
  @Nullable()
  @Trimmed()
  @IsText(0, 255)
  fullName?: string | null;
}
