import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { type Transaction } from '../../database/transaction.js';
import { type RequestContext } from '../../http/request-context.js';
import { uuidv7 } from '../../http/uuid.js';
import { UsersService } from '../../users/users.service.js';
import { invalidToken } from '../token-problems.js';
import { ExternalIdentitiesRepository } from './external-identities.repository.js';
import { type ExternalClaims } from './external-tokens.js';
import { fullName, verifiedEmail } from './profile-claims.js';

/** Finds the account of somebody whom a trusted issuer vouches for, and creates it the first time. */
@Injectable()
export class ExternalSignInService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly identities: ExternalIdentitiesRepository,
  ) {}

  /**
   * The id of the user behind an identity.
   *
   * @throws ProblemError `invalid_token` when the account may not sign in, or was deleted after the token was issued
   */
  async userOf(claims: ExternalClaims, context: RequestContext): Promise<string> {
    const known = await this.identities.find(claims);
    if (!known) return this.signUp(claims, context);
    if (!known.isActive) throw invalidToken();
    return known.userId;
  }

  private async signUp(claims: ExternalClaims, context: RequestContext): Promise<string> {
    const userId = uuidv7();
    const signUp = context.aside('SIGN_UP', 201);
    signUp.principal = { userId, sessionId: null, scopes: null };
    signUp.details = { issuer: claims.issuer, requestId: context.id };
    try {
      await this.database.transaction(signUp, (tx) => this.create(tx, claims, userId));
      return userId;
    } catch (error) {
      // Another request of the same user may have come first, or COMMIT was only not answered.
      const known = await this.identities.find(claims);
      if (!known?.isActive) throw error;
      return known.userId;
    }
  }

  private async create(tx: Transaction, claims: ExternalClaims, id: string): Promise<void> {
    const { payload } = claims;
    if (await this.identities.isEnded(tx, claims)) throw invalidToken();
    const email = verifiedEmail(payload);
    await this.users.createWithoutPassword(tx, { id, email, fullName: fullName(payload) });
    await this.identities.add(tx, claims, id);
  }
}
