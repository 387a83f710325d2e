import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { UsersModule } from '../users/users.module.js';
import { AccessTokenVerifier } from './access-token-verifier.js';
import { AccessTokens } from './access-tokens.js';
import { AccountController } from './account.controller.js';
import { AccountService } from './account.service.js';
import { AuthController } from './auth.controller.js';
import { AuthenticationGuard } from './authentication.guard.js';
import { Authenticator } from './authenticator.js';
import { ExternalIdentitiesRepository } from './external/external-identities.repository.js';
import { ExternalSignInService } from './external/external-sign-in.service.js';
import { ExternalTokenVerifier } from './external/external-token-verifier.js';
import { ExternalTokens } from './external/external-tokens.js';
import { Passwords } from './passwords.js';
import { UserRateLimitGuard } from './rate-limit.guards.js';
import { RefreshTokens } from './refresh-tokens.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';
import { SignInService } from './sign-in.service.js';
import { TOKEN_VERIFIERS, type TokenVerifier } from './token-verifier.js';
import { Tokens } from './tokens.js';

@Module({
  imports: [UsersModule],
  controllers: [AccountController, AuthController, SessionsController],
  providers: [
    AccessTokenVerifier,
    AccessTokens,
    AccountService,
    Authenticator,
    ExternalIdentitiesRepository,
    ExternalSignInService,
    ExternalTokens,
    ExternalTokenVerifier,
    Passwords,
    RefreshTokens,
    SessionsRepository,
    SessionsService,
    SignInService,
    Tokens,
    {
      provide: TOKEN_VERIFIERS,
      useFactory: (...kinds: TokenVerifier[]) => kinds,
      inject: [ExternalTokenVerifier, AccessTokenVerifier],
    },
    { provide: APP_GUARD, useClass: AuthenticationGuard },
    { provide: APP_GUARD, useClass: UserRateLimitGuard },
  ],
})
export class AuthModule {}
