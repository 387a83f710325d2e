import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '#openapi';
import { Context } from '../http/context.decorator.js';
import { Problems } from '../http/problems.decorator.js';
import { RequestContext } from '../http/request-context.js';
import { Scope } from '../http/scope.decorator.js';
import { PreferencesDto } from './dto/preferences.dto.js';
import { UpdatePreferencesDto } from './dto/update-preferences.dto.js';
import { PreferencesService } from './preferences.service.js';

@Controller('api/preferences')
@ApiTags('preferences')
export class PreferencesController {
  constructor(private readonly preferences: PreferencesService) {}

  @Get()
  @Scope('preferences:read')
  @ApiOperation({ summary: 'How the next task is chosen: weights, time zone, working hours' })
  @ApiOkResponse({ type: PreferencesDto, description: 'The preferences' })
  @Problems('conflict')
  getPreferences(@Context() context: RequestContext): Promise<PreferencesDto> {
    return this.preferences.getPreferences(context.userId);
  }

  @Patch()
  @Scope('preferences:write')
  @ApiOperation({
    summary:
      'Change how the next task is chosen; what is left out stays, the weights must add up to 100',
  })
  @ApiOkResponse({ type: PreferencesDto, description: 'The preferences as they are now' })
  updatePreferences(
    @Context() context: RequestContext,
    @Body() changes: UpdatePreferencesDto,
  ): Promise<PreferencesDto> {
    return this.preferences.updatePreferences(context, changes);
  }
}
