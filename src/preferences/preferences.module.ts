import { Module } from '@nestjs/common';
import { PreferencesController } from './preferences.controller.js';
import { PreferencesExport } from './preferences-export.js';
import { PreferencesService } from './preferences.service.js';

/** What each user wants to count when their next task is chosen. */
@Module({
  controllers: [PreferencesController],
  providers: [PreferencesExport, PreferencesService],
})
export class PreferencesModule {}
