import { createApp } from '../app.js';
import { parseEnvironment } from '../config/environment.js';
import { openApiDocument } from '../docs/openapi-document.js';

/** Never connected to, for the application is only looked at. */
const NO_DATABASE = 'postgresql://localhost/none';

/** The text of `openapi.json`, from the code as it is. */
export async function openApiJson(): Promise<string> {
  const app = await createApp({
    ...parseEnvironment({ LOG_LEVEL: 'error' }),
    DATABASE_URL: NO_DATABASE,
    DATABASE_DIRECT_URL: NO_DATABASE,
    SECRET_KEY: 'for looking at the application only',
  });
  try {
    return `${JSON.stringify(openApiDocument(app), null, 2)}\n`;
  } finally {
    await app.close();
  }
}
