import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ExportParts, exportedValue } from '../http/export-parts.js';
import { PreferencesService } from './preferences.service.js';

/** A user's preferences, as they are answered. */
@Injectable()
export class PreferencesExport implements OnModuleInit {
  constructor(
    private readonly parts: ExportParts,
    private readonly preferences: PreferencesService,
  ) {}

  onModuleInit(): void {
    this.parts.add(
      'preferences',
      exportedValue(({ userId }) => this.preferences.getPreferences(userId)),
    );
  }
}
