import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { GlobalUndeclaredInputGuard } from '../http/undeclared-input.guard.js';
import { UsersModule } from '../users/users.module.js';
import { AccessTokenVerifier } from './access-token-verifier.js';
import { AccessTokens } from './access-tokens.js';
import { AccountController } from './account.controller.js';
import { AccountDeletionService } from './account-deletion.service.js';
import { ApiKeyVerifier } from './api-keys/api-key-verifier.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { ApiKeysRepository } from './api-keys/api-keys.repository.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { AuthExport } from './auth-export.js';
import { AuthController } from './auth.controller.js';
import { AuthenticationGuard } from './authentication.guard.js';
import { Authenticator } from './authenticator.js';
import { ExternalIdentitiesRepository } from './external/external-identities.repository.js';
import { ExternalSignInService } from './external/external-sign-in.service.js';
import { ExternalTokenVerifier } from './external/external-token-verifier.js';
import { ExternalTokens } from './external/external-tokens.js';
import { LoginService } from './login.service.js';
import { PasswordAttempts } from './password-attempts.js';
import { PasswordChangeService } from './password-change.service.js';
import { PasswordProofs } from './password-proofs.js';
import { Passwords } from './passwords.js';
import { UserRateLimitGuard } from './rate-limit.guards.js';
import { RefreshTokens } from './refresh-tokens.js';
import { ScopeGuard } from './scope.guard.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';
import { SignInRateLimit } from './sign-in-rate-limit.js';
import { SignInService } from './sign-in.service.js';
import { TOKEN_VERIFIERS, type TokenVerifier } from './token-verifier.js';
import { Tokens } from './tokens.js';

@Module({
  imports: [UsersModule],
  controllers: [AccountController, ApiKeysController, AuthController, SessionsController],
  providers: [
    AccessTokenVerifier,
    AccessTokens,
    AccountDeletionService,
    ApiKeysRepository,
    ApiKeysService,
    ApiKeyVerifier,
    Authenticator,
    AuthExport,
    ExternalIdentitiesRepository,
    ExternalSignInService,
    ExternalTokens,
    ExternalTokenVerifier,
    LoginService,
    PasswordAttempts,
    PasswordChangeService,
    PasswordProofs,
    AuthExport,
    Passwords,
    RefreshTokens,
    SessionsRepository,
    SessionsService,
    SignInRateLimit,
    SignInService,
    Tokens,
    {
      provide: TOKEN_VERIFIERS,
      useFactory: (...kinds: TokenVerifier[]) => kinds,
      inject: [ApiKeyVerifier, ExternalTokenVerifier, AccessTokenVerifier],
    },
    { provide: APP_GUARD, useClass: AuthenticationGuard },
    { provide: APP_GUARD, useClass: UserRateLimitGuard },
    // After the limit, so that what it refuses counts as well.
    { provide: APP_GUARD, useClass: ScopeGuard },
    // Last: a stranger is not told what an operation takes.
    { provide: APP_GUARD, useClass: GlobalUndeclaredInputGuard },
  ],
})
export class AuthModule {}
