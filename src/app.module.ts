import { type DynamicModule, Module } from '@nestjs/common';
import { type Logger as Pino } from 'pino';
import { AuditLog } from './audit/audit-log.entity.js';
import { AuditSeal } from './audit/seals/audit-seal.entity.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { ApiKey } from './auth/api-keys/api-key.entity.js';
import { EndedExternalIdentity } from './auth/external/ended-external-identity.entity.js';
import { ExternalIdentity } from './auth/external/external-identity.entity.js';
import { PasswordAttempt } from './auth/password-attempt.entity.js';
import { RateLimitCounter } from './auth/rate-limit-counter.entity.js';
import { Session } from './auth/session.entity.js';
import { configModule } from './config/config.module.js';
import { type Settings } from './config/settings.js';
import { DatabaseModule } from './database/database.module.js';
import { DocsModule } from './docs/docs.module.js';
import { HealthModule } from './health/health.module.js';
import { HttpModule } from './http/http.module.js';
import { PreferencesModule } from './preferences/preferences.module.js';
import { UserPreferences } from './preferences/user-preferences.entity.js';
import { IdempotencyKey } from './tasks/idempotency/idempotency-key.entity.js';
import { TaskCounter } from './tasks/task-counter.entity.js';
import { Task } from './tasks/task.entity.js';
import { TasksModule } from './tasks/tasks.module.js';
import { User } from './users/user.entity.js';
import { UsersModule } from './users/users.module.js';

/** Every table, for TypeORM. */
export const ENTITIES = [
  User,
  Session,
  ApiKey,
  ExternalIdentity,
  EndedExternalIdentity,
  PasswordAttempt,
  RateLimitCounter,
  Task,
  TaskCounter,
  IdempotencyKey,
  UserPreferences,
  AuditLog,
  AuditSeal,
];

/** The only file that knows every module. */
@Module({})
export class AppModule {
  static with(settings: Settings, log: Pino): DynamicModule {
    return {
      module: AppModule,
      imports: [
        configModule(settings),
        HttpModule.logTo(log),
        DatabaseModule.forRoot(ENTITIES),
        AuditModule,
        UsersModule,
        AuthModule,
        HealthModule,
        TasksModule,
        DocsModule,
        PreferencesModule,
      ],
    };
  }
}
