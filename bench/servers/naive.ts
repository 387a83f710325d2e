import 'reflect-metadata';
import { Module, ValidationPipe } from '@nestjs/common';
import { APP_INTERCEPTOR, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { AuditLog } from '../../src/audit/audit-log.entity.js';
import { Task } from '../../src/tasks/task.entity.js';
import { User } from '../../src/users/user.entity.js';
import { NaiveAuditInterceptor } from './naive-audit.interceptor.js';
import { NaiveTasksController } from './naive-tasks.controller.js';
import { NaiveTasksService } from './naive-tasks.service.js';
import { serverSettings } from '../environment.js';

/*
 * What one writes first: Nest, TypeORM repositories, one audit insert for each request, pages by OFFSET, the best task found
 * among all that are loaded. Authentication is left out, to its advantage.
 */
const { port, databaseUrl } = serverSettings();

@Module({
  controllers: [NaiveTasksController],
  providers: [
    NaiveTasksService,
    { provide: APP_INTERCEPTOR, useClass: NaiveAuditInterceptor },
    {
      provide: DataSource,
      useFactory: () =>
        new DataSource({
          type: 'postgres',
          url: databaseUrl,
          poolSize: 10,
          installExtensions: false,
          entities: [User, Task, AuditLog],
        }).initialize(),
    },
  ],
})
class NaiveModule {}

const app = await NestFactory.create<NestFastifyApplication>(NaiveModule, new FastifyAdapter(), {
  logger: false,
});
app.useGlobalPipes(
  new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }),
);
await app.listen(port, '127.0.0.1');
