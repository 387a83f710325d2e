import { ApiProperty } from '#openapi';
import { UserProfile } from '../../users/users.service.js';
import { REFRESH_TOKEN_EXAMPLE } from './refresh-token.dto.js';

/** What a sign-in brings (RFC 6749, section 5.1, in camelCase). */
export class TokenPair {
  @ApiProperty({ type: UserProfile })
  user!: UserProfile;

  @ApiProperty({
    example: 'eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIwMTk4In0.c2lnbmF0dXJl',
    description: 'Send it as `Authorization: Bearer <token>`.',
  })
  accessToken!: string;

  @ApiProperty({
    example: REFRESH_TOKEN_EXAMPLE,
    description: 'Good for one refresh; using it again later ends the session.',
  })
  refreshToken!: string;

  @ApiProperty({ enum: ['Bearer'], example: 'Bearer' })
  tokenType!: 'Bearer';

  @ApiProperty({ example: 900, description: 'Seconds until the access token expires.' })
  expiresIn!: number;
}
