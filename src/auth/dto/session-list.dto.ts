import { ApiProperty } from '#openapi';

/** One signed-in client. */
export class SessionView {
  @ApiProperty({ format: 'uuid', example: '0198f3a2-6c20-7e11-8a2b-5d4c3b2a1f00' })
  id!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2030-01-31T09:00:00.000Z' })
  createdAt!: Date;

  @ApiProperty({
    type: String,
    format: 'date-time',
    example: '2030-01-31T09:00:00.000Z',
    description: 'When it last signed in or refreshed its tokens.',
  })
  lastUsedAt!: Date;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '203.0.113.7 Mozilla/5.0',
    description: 'Address and user agent at the sign-in.',
  })
  client!: string | null;

  @ApiProperty({ example: true, description: 'Whether this request belongs to it.' })
  current!: boolean;
}

export class SessionList {
  @ApiProperty({ type: [SessionView] })
  items!: SessionView[];
}
