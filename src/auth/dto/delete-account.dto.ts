import { ApiPropertyOptional } from '#openapi';
import { IsText, Omittable } from '../../http/fields.js';

export class DeleteAccountDto {
  @ApiPropertyOptional({
    minLength: 1,
    maxLength: 1024,
    example: 'correct horse battery staple',
    description: 'Needed unless the account has no password.',
  })
  @Omittable()
  @IsText(1, 1024)
  password?: string;
}
