import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '#openapi';
import { Context } from '../http/context.decorator.js';
import { Problems } from '../http/problems.decorator.js';
import { RequestContext } from '../http/request-context.js';
import { SessionList } from './dto/session-list.dto.js';
import { SessionsService } from './sessions.service.js';

@ApiTags('auth')
@Controller('api/auth/sessions')
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Get()
  @ApiOperation({ summary: 'List the clients that are signed in to your account' })
  @ApiOkResponse({ type: SessionList, description: 'The last used first.' })
  async listSessions(@Context() context: RequestContext): Promise<SessionList> {
    return { items: await this.sessions.list(context) };
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Sign out everywhere, here included' })
  @ApiNoContentResponse({ description: 'Every session is over.' })
  revokeSessions(@Context() context: RequestContext): Promise<void> {
    return this.sessions.revokeAll(context);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Sign one client out' })
  @ApiParam({ name: 'id', format: 'uuid', example: '0198f3a2-6c20-7e11-8a2b-5d4c3b2a1f00' })
  @ApiNoContentResponse({ description: 'The session is over.' })
  @Problems('session_not_found')
  revokeSession(@Context() context: RequestContext, @Param('id') id: string): Promise<void> {
    return this.sessions.revoke(context, id);
  }
}
