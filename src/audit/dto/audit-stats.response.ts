import { ApiProperty } from '#openapi';

const percentile = (share: number) =>
  `So long, in milliseconds, took ${String(share)} % of the requests at most, interpolated between neighbours.`;

export class AuditStatsItem {
  @ApiProperty({ example: 'GET_BEST_TASK' })
  action!: string;

  @ApiProperty({
    format: 'date-time',
    example: '2030-01-15T09:00:00.000Z',
    description: 'When the minute, hour or day began, in UTC.',
  })
  bucketStart!: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 42 })
  count!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    example: 1,
    description: 'How many of them ended in an error.',
  })
  errors!: number;

  @ApiProperty({ example: 2.75, description: percentile(50) })
  p50Ms!: number;

  @ApiProperty({ example: 8.125, description: percentile(95) })
  p95Ms!: number;

  @ApiProperty({ example: 14.5, description: percentile(99) })
  p99Ms!: number;
}

export class AuditStatsResponse {
  @ApiProperty({
    type: [AuditStatsItem],
    description: 'By time, then action; none where nothing was asked.',
  })
  items!: AuditStatsItem[];
}
