import { Injectable, Logger } from '@nestjs/common';
import { invalidToken } from '../token-problems.js';
import { type TokenVerifier, type VerifiedToken } from '../token-verifier.js';
import { API_KEY_PREFIX, locateApiKey } from './api-key-text.js';
import { ApiKeysRepository } from './api-keys.repository.js';

/** API keys as bearer tokens. That one was used is noted behind the request, which does not wait for it. */
@Injectable()
export class ApiKeyVerifier implements TokenVerifier {
  private readonly logger = new Logger(ApiKeyVerifier.name);

  constructor(private readonly apiKeys: ApiKeysRepository) {}

  recognises(token: string): boolean {
    return token.startsWith(API_KEY_PREFIX);
  }

  async verify(token: string): Promise<VerifiedToken> {
    const location = locateApiKey(token);
    const found = location && (await this.apiKeys.findLive(location));
    if (!found) throw invalidToken();
    const { userId } = location;
    const { id, scopes, expiresAt, isUseDue } = found;
    if (isUseDue) this.noteUse(userId, id);
    return {
      principal: { userId, sessionId: null, scopes },
      credentialId: id,
      expiresAtMs: expiresAt?.getTime() ?? Infinity,
    };
  }

  private noteUse(userId: string, id: string): void {
    this.apiKeys.noteUse(userId, id).catch((error: unknown) => {
      this.logger.warn({ msg: 'the use of an API key was not noted', err: error });
    });
  }
}
