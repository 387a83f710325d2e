import { ApiProperty } from '#openapi';
import { type ScopeName, SCOPES } from '../../../http/scope.decorator.js';

/** An API key, without the key itself. */
export class ApiKeyResponse {
  @ApiProperty({ format: 'uuid', example: '0198f3a2-6c20-7e11-8a2b-5d4c3b2a1f00' })
  id!: string;

  @ApiProperty({ example: 'Weekly report' })
  name!: string;

  @ApiProperty({ enum: SCOPES, isArray: true, example: ['tasks:read', 'audit:read'] })
  scopes!: ScopeName[];

  @ApiProperty({ type: String, format: 'date-time', example: '2030-01-31T09:00:00.000Z' })
  createdAt!: Date;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2031-01-31T00:00:00.000Z',
    description: 'Null when it lasts until it is deleted.',
  })
  expiresAt!: Date | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2030-02-01T09:00:00.000Z',
    description: 'To the minute; null when it was never used.',
  })
  lastUsedAt!: Date | null;
}

export class ApiKeyList {
  @ApiProperty({ type: [ApiKeyResponse] })
  items!: ApiKeyResponse[];
}

export class CreatedApiKey extends ApiKeyResponse {
  @ApiProperty({
    example: 'mf_AZjzomwee1qdQy8cin5rUGFuIGV4YW1wbGU6IG5vdCAyNTYgcmFuZG9tIGJpdHMu',
    description: 'The key itself. It is shown this once and cannot be recovered.',
  })
  key!: string;
}
