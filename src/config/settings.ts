import { getConfigToken } from '@nestjs/config';
import { type Variables } from './environment.js';

/** The environment once everything that may be left out has its value: what the application runs with. */
export type Settings = Variables & {
  DATABASE_URL: string;
  DATABASE_DIRECT_URL: string;
  SECRET_KEY: string;
};

export const SETTINGS_NAMESPACE = 'settings';

/** The injection token of `Settings`. */
export const SETTINGS = getConfigToken(SETTINGS_NAMESPACE);
