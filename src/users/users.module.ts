import { Module } from '@nestjs/common';
import { CurrentUserController } from './current-user.controller.js';
import { ExportController } from './export/export.controller.js';
import { ExportService } from './export/export.service.js';
import { UsersService } from './users.service.js';

@Module({
  controllers: [CurrentUserController, ExportController],
  providers: [ExportService, UsersService],
  exports: [UsersService],
})
export class UsersModule {}
