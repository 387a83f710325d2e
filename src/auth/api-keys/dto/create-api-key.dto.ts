import { ApiProperty } from '#openapi';
import { IsInstant, IsText, Nullable, rule, Trimmed } from '../../../http/fields.js';
import { type ScopeName, SCOPES } from '../../../http/scope.decorator.js';

export class CreateApiKeyDto {
  @ApiProperty({
    minLength: 1,
    maxLength: 100,
    example: 'Weekly report',
    description: 'What it is for.',
  })
  @Trimmed()
  @IsText(1, 100)
  name!: string;

  @ApiProperty({
    enum: SCOPES,
    isArray: true,
    minItems: 1,
    uniqueItems: true,
    example: ['tasks:read', 'audit:read'],
    description: 'All it may do. Writing does not include reading.',
  })
  @IsScopes()
  scopes!: ScopeName[];

  @ApiProperty({
    type: String,
    format: 'date-time',
    required: false,
    nullable: true,
    example: '2031-01-31T00:00:00Z',
    description: 'A moment in the future; a key without it lasts until it is deleted.',
  })
  @Nullable()
  @IsInstant()
  expiresAt?: Date | null;
}

function IsScopes(): PropertyDecorator {
  const text = `must be one or more different ones of ${SCOPES.join(', ')}`;
  return rule('isScopes', text, (value) => {
    if (!Array.isArray(value) || value.length === 0) return false;
    const isEveryScopeKnown = value.every((scope) => SCOPES.includes(scope as ScopeName));
    return isEveryScopeKnown && new Set(value).size === value.length;
  });
}
