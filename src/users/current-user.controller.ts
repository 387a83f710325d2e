import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '#openapi';
import { Context } from '../http/context.decorator.js';
import { Problems } from '../http/problems.decorator.js';
import { RequestContext } from '../http/request-context.js';
import { UpdateUserDto } from './dto/update-user.dto.js';
import { UserProfile, UsersService } from './users.service.js';

@ApiTags('users')
@Controller('api/users/me')
export class CurrentUserController {
  constructor(private readonly users: UsersService) {}

  @Get()
  @ApiOperation({ summary: 'Get your account' })
  @ApiOkResponse({ type: UserProfile, description: 'The signed-in user.' })
  getCurrentUser(@Context() context: RequestContext): Promise<UserProfile> {
    return this.users.getProfile(context.userId);
  }

  @Patch()
  @ApiOperation({ summary: 'Change your e-mail address or your name' })
  @ApiOkResponse({ type: UserProfile, description: 'The account as it is now.' })
  @Problems('email_taken')
  updateCurrentUser(
    @Context() context: RequestContext,
    @Body() changes: UpdateUserDto,
  ): Promise<UserProfile> {
    return this.users.update(context, changes);
  }
}
