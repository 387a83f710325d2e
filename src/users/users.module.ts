import { Module } from '@nestjs/common';
import { CurrentUserController } from './current-user.controller.js';
import { UsersService } from './users.service.js';

@Module({
  controllers: [CurrentUserController],
  providers: [UsersService],
  exports: [UsersService],
})
export class UsersModule {}
