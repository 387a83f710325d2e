import { ApiProperty } from '#openapi';
import { UserProfile } from '../dto/user-profile.dto.js';

/** What every exported document has; the modules add what they keep. */
export class UserExport {
  @ApiProperty({ type: String, format: 'date-time', example: '2030-01-31T09:00:00.000Z' })
  exportedAt!: string;

  @ApiProperty({ type: UserProfile })
  profile!: UserProfile;
}
