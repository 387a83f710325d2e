import { ApiProperty } from '#openapi';
import { IsText } from '../../http/fields.js';
import { IsNewPassword } from '../new-password.js';

export class ChangePasswordDto {
  @ApiProperty({ minLength: 1, maxLength: 1024, example: 'correct horse battery staple' })
  @IsText(1, 1024)
  currentPassword!: string;

  @ApiProperty({
    minLength: 8,
    maxLength: 1024,
    example: 'battery staple horse correct',
    description:
      'Any characters; spaces count and are kept. The three thousand commonest passwords are refused.',
  })
  @IsNewPassword()
  newPassword!: string;
}
