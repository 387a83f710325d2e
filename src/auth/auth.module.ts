import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { UsersModule } from '../users/users.module.js';
import { AccessTokenVerifier } from './access-token-verifier.js';
import { AccessTokens } from './access-tokens.js';
import { AccountController } from './account.controller.js';
import { AccountService } from './account.service.js';
import { ApiKeyVerifier } from './api-keys/api-key-verifier.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { ApiKeysRepository } from './api-keys/api-keys.repository.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { AuthExport } from './auth-export.js';
import { AuthController } from './auth.controller.js';
import { AuthenticationGuard } from './authentication.guard.js';
import { Authenticator } from './authenticator.js';
import { Passwords } from './passwords.js';
import { UserRateLimitGuard } from './rate-limit.guards.js';
import { RefreshTokens } from './refresh-tokens.js';
import { ScopeGuard } from './scope.guard.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';
import { SignInService } from './sign-in.service.js';
import { TOKEN_VERIFIERS, type TokenVerifier } from './token-verifier.js';
import { Tokens } from './tokens.js';

@Module({
  imports: [UsersModule],
  controllers: [AccountController, ApiKeysController, AuthController, SessionsController],
  providers: [
    AccessTokenVerifier,
    AccessTokens,
    AccountService,
    ApiKeysRepository,
    ApiKeysService,
    ApiKeyVerifier,
    Authenticator,
    AuthExport,
    Passwords,
    RefreshTokens,
    SessionsRepository,
    SessionsService,
    SignInService,
    Tokens,
    {
      provide: TOKEN_VERIFIERS,
      useFactory: (...kinds: TokenVerifier[]) => kinds,
      inject: [ApiKeyVerifier, AccessTokenVerifier],
    },
    { provide: APP_GUARD, useClass: AuthenticationGuard },
    { provide: APP_GUARD, useClass: UserRateLimitGuard },
    // After the limit, so that what it refuses counts as well.
    { provide: APP_GUARD, useClass: ScopeGuard },
  ],
})
export class AuthModule {}
