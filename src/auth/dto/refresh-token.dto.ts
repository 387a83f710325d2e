import { ApiProperty } from '#openapi';
import { IsText } from '../../http/fields.js';

export const REFRESH_TOKEN_EXAMPLE =
  '0198f3a2-6c1e-7b5a-9d43-2f1c8a7e6b50.0198f3a2-6c20-7e11-8a2b-5d4c3b2a1f00.0.pX1kq8mC0uQ5v2ZbX9nJ4tR7wY6sE3dF1gH0iK2lM4o';

export class RefreshTokenDto {
  @ApiProperty({ minLength: 1, maxLength: 1024, example: REFRESH_TOKEN_EXAMPLE })
  @IsText(1, 1024)
  refreshToken!: string;
}
