import { ApiProperty } from '#openapi';
import { IsText, Omittable } from '../../http/fields.js';
import { ExpectedVersionDto } from './expected-version.dto.js';

/** What every action on a task may say; the whole body of one that needs nothing else. */
export class TaskActionDto extends ExpectedVersionDto {
  @ApiProperty({
    required: false,
    minLength: 1,
    maxLength: 255,
    example: '8e03978e-40d5-43dd-bc93-6894a57f9324',
    description: 'As `Idempotency-Key`, for clients that cannot send headers.',
  })
  @Omittable()
  @IsText(1, 255)
  clientRequestId?: string;
}
