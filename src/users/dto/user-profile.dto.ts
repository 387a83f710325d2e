import { ApiProperty } from '#openapi';
import { PLANS, type Plan } from '../user.entity.js';

/** What a user is told of their account. */
export class UserProfile {
  @ApiProperty({ format: 'uuid', example: '0198f3a2-6c1e-7b5a-9d43-2f1c8a7e6b50' })
  id!: string;

  @ApiProperty({ format: 'email', example: 'ada@example.com' })
  email!: string;

  @ApiProperty({ example: 'Ada Lovelace', description: 'Empty when it was never given.' })
  fullName!: string;

  @ApiProperty({ enum: PLANS, example: 'free' })
  plan!: Plan;

  @ApiProperty({ example: true, description: 'An inactive account cannot sign in.' })
  isActive!: boolean;

  @ApiProperty({ type: String, format: 'date-time', example: '2030-01-31T09:00:00.000Z' })
  createdAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', example: '2030-01-31T09:00:00.000Z' })
  updatedAt!: Date;
}
