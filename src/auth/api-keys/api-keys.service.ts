import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { Database } from '../../database/database.js';
import { invalidField, ProblemError } from '../../http/problem.js';
import { type RequestContext } from '../../http/request-context.js';
import { uuidv7 } from '../../http/uuid.js';
import { Authenticator } from '../authenticator.js';
import { newApiKey } from './api-key-text.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { type ApiKeyResponse, type CreatedApiKey } from './dto/api-key.response.js';
import { CreateApiKeyDto } from './dto/create-api-key.dto.js';

const MAX_LIVE_KEYS = 50;

/** What users do with their API keys. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly database: Database,
    private readonly apiKeys: ApiKeysRepository,
    private readonly authenticator: Authenticator,
  ) {}

  /**
   * Makes a key; only its hash is kept.
   *
   * @throws ProblemError `validation_failed` when it would have expired already, `conflict` when there are 50 live keys
   */
  async create(
    context: RequestContext,
    { name, scopes, expiresAt = null }: CreateApiKeyDto,
  ): Promise<CreatedApiKey> {
    if (expiresAt && expiresAt.getTime() <= Date.now()) {
      throw invalidField('expiresAt', 'expiresAt must be in the future');
    }
    const { userId } = context;
    const { key, hash } = newApiKey(userId);
    const id = uuidv7();
    const stored = await this.database.transaction(context, async (tx) => {
      const added = { userId, id, hash, name, scopes, expiresAt };
      const row = await this.apiKeys.insert(tx, added, MAX_LIVE_KEYS);
      if (!row) throw tooManyKeys();
      context.resourceId = id;
      return row;
    });
    return Object.assign(stored, { key });
  }

  /** The live keys of the user, the newest first. */
  list({ userId }: RequestContext): Promise<ApiKeyResponse[]> {
    return this.apiKeys.list(userId);
  }

  /**
   * Ends a key: at once on this instance, within five seconds on the others.
   *
   * @throws ProblemError `api_key_not_found`
   */
  async remove(context: RequestContext, id: string): Promise<void> {
    const { userId } = context;
    if (!isUUID(id, 'all')) throw apiKeyNotFound();
    await this.database.transaction(context, async (tx) => {
      if (!(await this.apiKeys.remove(tx, userId, id))) throw apiKeyNotFound();
      context.resourceId = id;
    });
    this.authenticator.forget(userId, id.toLowerCase());
  }
}

function tooManyKeys(): ProblemError {
  const detail = `You have ${String(MAX_LIVE_KEYS)} API keys. Delete one first.`;
  return new ProblemError('conflict', detail);
}

function apiKeyNotFound(): ProblemError {
  return new ProblemError('api_key_not_found', 'You have no such API key.');
}
