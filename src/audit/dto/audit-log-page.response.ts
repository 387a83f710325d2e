import { ApiProperty } from '#openapi';

export class AuditLogResponse {
  @ApiProperty({
    format: 'uuid',
    example: '0198f3a2-6c20-7e11-8a2b-5d4c3b2a1f00',
    description: 'The `X-Request-Id` of the answer.',
  })
  id!: string;

  @ApiProperty({
    format: 'date-time',
    example: '2030-01-15T09:30:00.000Z',
    description: 'When the request arrived.',
  })
  timestamp!: string;

  @ApiProperty({ format: 'uuid', example: '0198f3a1-93d4-7c52-9f43-2a1b0c9d8e7f' })
  userId!: string;

  @ApiProperty({ example: 'COMPLETE_TASK' })
  action!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: null })
  resourceId!: string | null;

  @ApiProperty({ enum: ['success', 'error'], example: 'success' })
  result!: 'success' | 'error';

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'The code of the error and its detail.',
  })
  errorMessage!: string | null;

  @ApiProperty({ example: 2.75 })
  requestDurationMs!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    description: 'The `traceparent` or `X-Request-Id` that the client sent.',
  })
  traceId!: string | null;

  @ApiProperty({ example: 'POST' })
  method!: string;

  @ApiProperty({ type: String, nullable: true, example: '/api/tasks/:ref/complete' })
  route!: string | null;

  @ApiProperty({ type: 'integer', example: 200 })
  statusCode!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '203.0.113.7 curl/8.5.0',
    description: 'Address and user agent.',
  })
  client!: string | null;

  @ApiProperty({
    type: Object,
    nullable: true,
    example: null,
    description:
      'For a recommendation: its weights, score, alternatives and the other numbers behind it; for a change of a ' +
      'task: the `version` and `status` that it led to.',
  })
  details!: object | null;

  @ApiProperty({
    type: 'integer',
    example: 1,
    description: 'How many like refusals the entry stands for.',
  })
  count!: number;
}

export class AuditLogPageResponse {
  @ApiProperty({ type: [AuditLogResponse] })
  items!: AuditLogResponse[];

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'q83vEjRWeJCrze8SNFZ4kFsiMjAzMC0wMS0xNVQwOTozMDowMFoiLDQyXQ',
    description: 'Send it as `cursor`, with the same filters, for the next page; null on the last.',
  })
  nextCursor!: string | null;
}
