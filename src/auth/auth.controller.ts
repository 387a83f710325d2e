import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '#openapi';
import { Context } from '../http/context.decorator.js';
import { Problems } from '../http/problems.decorator.js';
import { Public } from '../http/public.decorator.js';
import { RequestContext } from '../http/request-context.js';
import { UndeclaredInputGuard } from '../http/undeclared-input.guard.js';
import { LoginDto } from './dto/login.dto.js';
import { RefreshTokenDto } from './dto/refresh-token.dto.js';
import { RegisterDto } from './dto/register.dto.js';
import { TokenPair } from './dto/token-pair.dto.js';
import { LoginService } from './login.service.js';
import { SignInRateLimitGuard } from './rate-limit.guards.js';
import { SessionsService } from './sessions.service.js';
import { SignInService } from './sign-in.service.js';
import { Tokens } from './tokens.js';

@ApiTags('auth')
@Controller('api/auth')
@Public()
export class AuthController {
  constructor(
    private readonly logins: LoginService,
    private readonly signIns: SignInService,
    private readonly sessions: SessionsService,
    private readonly tokens: Tokens,
  ) {}

  @Post('register')
  @UseGuards(SignInRateLimitGuard, UndeclaredInputGuard)
  @ApiOperation({ summary: 'Create an account and sign in to it' })
  @ApiCreatedResponse({ type: TokenPair, description: 'The account and its first tokens.' })
  @Problems('email_taken', 'overloaded')
  async register(
    @Context() context: RequestContext,
    @Body() registration: RegisterDto,
  ): Promise<TokenPair> {
    return this.tokens.issue(await this.signIns.register(context, registration));
  }

  @Post('login')
  @UseGuards(SignInRateLimitGuard, UndeclaredInputGuard)
  @HttpCode(200)
  @ApiOperation({ summary: 'Sign in with e-mail address and password' })
  @ApiOkResponse({ type: TokenPair, description: 'The tokens of a new session.' })
  @Problems('invalid_credentials', 'overloaded')
  async login(@Context() context: RequestContext, @Body() login: LoginDto): Promise<TokenPair> {
    return this.tokens.issue(await this.logins.login(context, login));
  }

  @Post('refresh')
  @UseGuards(SignInRateLimitGuard, UndeclaredInputGuard)
  @HttpCode(200)
  @ApiOperation({
    summary: 'Exchange a refresh token for new tokens',
    description:
      'Each refresh token is good for one exchange. Within ten seconds the same exchange may be repeated and brings the same refresh token. Later it ends the session: somebody else has the token. A session lasts for the lifetime of a refresh token from its last exchange, six times that at most.',
  })
  @ApiOkResponse({ type: TokenPair, description: 'The next tokens of the session.' })
  @Problems('invalid_token')
  async refreshTokens(
    @Context() context: RequestContext,
    @Body() { refreshToken }: RefreshTokenDto,
  ): Promise<TokenPair> {
    const presented = this.tokens.openRefreshToken(refreshToken);
    return this.tokens.issue(await this.signIns.refresh(context, presented));
  }

  @Post('logout')
  @HttpCode(204)
  @ApiOperation({ summary: 'End the session of a refresh token' })
  @ApiNoContentResponse({ description: 'The session is over; its tokens are worthless.' })
  @Problems('invalid_token')
  logout(
    @Context() context: RequestContext,
    @Body() { refreshToken }: RefreshTokenDto,
  ): Promise<void> {
    return this.sessions.signOut(context, this.tokens.openRefreshToken(refreshToken));
  }
}
