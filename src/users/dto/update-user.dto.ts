import { ApiPropertyOptional } from '#openapi';
import { IsText, Omittable, Trimmed } from '../../http/fields.js';
import { IsEmailAddress } from '../../http/email.js';

export class UpdateUserDto {
  @ApiPropertyOptional({ format: 'email', maxLength: 255, example: 'ada@example.com' })
  @Omittable()
  @IsEmailAddress()
  email?: string;

  @ApiPropertyOptional({ maxLength: 255, example: 'Ada Lovelace' })
  @Omittable()
  @Trimmed()
  @IsText(0, 255)
  fullName?: string;
}
