import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '#openapi';
import { Context } from '../../http/context.decorator.js';
import { Problems } from '../../http/problems.decorator.js';
import { RequestContext } from '../../http/request-context.js';
import { ApiKeysService } from './api-keys.service.js';
import { ApiKeyList, CreatedApiKey } from './dto/api-key.response.js';
import { CreateApiKeyDto } from './dto/create-api-key.dto.js';

@ApiTags('auth')
@Controller('api/auth/api-keys')
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  @Post()
  @ApiOperation({
    summary: 'Make an API key for a script or an integration',
    description:
      'The key is shown this once and sent like an access token: `Authorization: Bearer mf_…`. It opens the operations that name one of its scopes and no other; above all, it makes no keys and touches no account. It lasts until it expires or is deleted: signing out and changing the password leave it alone, disabling or deleting the account ends it. At most 50 keys may last at once.',
  })
  @ApiCreatedResponse({ type: CreatedApiKey, description: 'The key.' })
  createApiKey(
    @Context() context: RequestContext,
    @Body() body: CreateApiKeyDto,
  ): Promise<CreatedApiKey> {
    return this.apiKeys.create(context, body);
  }

  @Get()
  @ApiOperation({ summary: 'List your API keys and when each was last used' })
  @ApiOkResponse({ type: ApiKeyList, description: 'Those that last, the newest first.' })
  async listApiKeys(@Context() context: RequestContext): Promise<ApiKeyList> {
    return { items: await this.apiKeys.list(context) };
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete an API key: it is refused from now on' })
  @ApiParam({ name: 'id', format: 'uuid', example: '0198f3a2-6c20-7e11-8a2b-5d4c3b2a1f00' })
  @ApiNoContentResponse({ description: 'The key is gone.' })
  @Problems('api_key_not_found')
  deleteApiKey(@Context() context: RequestContext, @Param('id') id: string): Promise<void> {
    return this.apiKeys.remove(context, id);
  }
}
