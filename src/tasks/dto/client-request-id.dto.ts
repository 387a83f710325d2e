import { ApiProperty } from '#openapi';
import { IsText, Omittable } from '../../http/fields.js';

/** What a body may say of itself when it may be sent again. */
export class ClientRequestIdDto {
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
