import { ApiProperty } from '#openapi';

export class HealthDto {
  @ApiProperty({ type: String, enum: ['ok', 'error'], example: 'ok' })
  status!: 'ok' | 'error';

  @ApiProperty({ type: String, enum: ['up', 'down'], example: 'up' })
  database!: 'up' | 'down';

  @ApiProperty({ type: String, description: 'Of the service', example: '0.1.0' })
  version!: string;

  @ApiProperty({ type: 'integer', description: 'Since the process started', example: 3600 })
  uptimeSeconds!: number;
}

export class DatabaseHealthDto {
  @ApiProperty({ type: Boolean, example: true })
  connected!: boolean;

  @ApiProperty({ type: Number, nullable: true, description: 'Of one query', example: 0.84 })
  latencyMs!: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'Its name', example: 'mindflow' })
  database!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '18.4' })
  serverVersion!: string | null;
}

export class LivenessDto {
  @ApiProperty({ type: String, enum: ['ok'], example: 'ok' })
  status!: 'ok';
}
