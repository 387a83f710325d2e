import { type DynamicModule } from '@nestjs/common';
import { ConfigModule, registerAs } from '@nestjs/config';
import { SETTINGS_NAMESPACE, type Settings } from './settings.js';

/** Makes the settings injectable everywhere: `@Inject(SETTINGS) settings: Settings`. */
export function configModule(settings: Settings): Promise<DynamicModule> {
  return ConfigModule.forRoot({
    isGlobal: true,
    ignoreEnvFile: true,
    ignoreEnvVars: true,
    load: [registerAs(SETTINGS_NAMESPACE, () => settings)],
  });
}
