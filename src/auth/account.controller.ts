import { Body, Controller, HttpCode, Post, Put, UseGuards } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '#openapi';
import { Context } from '../http/context.decorator.js';
import { Problems } from '../http/problems.decorator.js';
import { RequestContext } from '../http/request-context.js';
import { UndeclaredInputGuard } from '../http/undeclared-input.guard.js';
import { UserProfile } from '../users/users.service.js';
import { AccountDeletionService } from './account-deletion.service.js';
import { Authenticator } from './authenticator.js';
import { ChangePasswordDto } from './dto/change-password.dto.js';
import { DeleteAccountDto } from './dto/delete-account.dto.js';
import { PasswordChangeService } from './password-change.service.js';
import { SignInRateLimitGuard } from './rate-limit.guards.js';

@ApiTags('users')
@Controller('api/users/me')
@UseGuards(SignInRateLimitGuard, UndeclaredInputGuard)
export class AccountController {
  constructor(
    private readonly passwordChanges: PasswordChangeService,
    private readonly deletions: AccountDeletionService,
    private readonly authenticator: Authenticator,
  ) {}

  @Put('password')
  @ApiOperation({ summary: 'Change your password and sign out every other client' })
  @ApiOkResponse({ type: UserProfile, description: 'The password is changed.' })
  @Problems('invalid_credentials', 'overloaded')
  async changePassword(
    @Context() context: RequestContext,
    @Body() change: ChangePasswordDto,
  ): Promise<UserProfile> {
    const user = await this.passwordChanges.change(context, change);
    this.authenticator.forget(user.id);
    return user;
  }

  @Post('delete')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete your account with everything in it',
    description:
      'Takes your password. An account that has none needs an access token younger than five minutes instead.',
  })
  @ApiNoContentResponse({ description: 'The account and its tasks, settings and tokens are gone.' })
  @Problems('invalid_credentials', 'overloaded')
  async deleteCurrentUser(
    @Context() context: RequestContext,
    @Body() confirmation: DeleteAccountDto,
  ): Promise<void> {
    const { userId } = context;
    await this.deletions.delete(context, confirmation.password);
    this.authenticator.forget(userId);
  }
}
