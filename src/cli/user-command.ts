import { type Settings } from '../config/settings.js';
import { type Plan, PLANS } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import { type Outcome } from './program.js';
import { withDatabase } from './with-database.js';

const USAGE = `usage: npm run user:disable -- <email>
       npm run user:enable -- <email>
       npm run user:plan -- <email> <${PLANS.join('|')}>`;

interface Change {
  email: string;
  isActive?: boolean;
  plan?: Plan;
}

/** Disables, enables, or changes the plan of the account with an e-mail address. */
export async function userCommand(settings: Settings, args: string[]): Promise<Outcome> {
  const change = parse(args);
  if (!change) return { text: USAGE, exitCode: 64 };
  const { email, ...changes } = change;
  const user = await withDatabase(settings, (database) =>
    new UsersService(database).administer(email, changes),
  );
  if (!user) return { text: `no account has the e-mail address ${email}`, exitCode: 1 };
  const state = user.isActive ? 'active' : 'disabled';
  return { text: `${user.email}: ${state}, plan ${user.plan}`, exitCode: 0 };
}

function parse([action, email, plan, ...rest]: string[]): Change | null {
  if (!email || rest.length > 0) return null;
  if (action === 'plan') return isPlan(plan) ? { email, plan } : null;
  if (plan !== undefined) return null;
  if (action === 'disable') return { email, isActive: false };
  return action === 'enable' ? { email, isActive: true } : null;
}

function isPlan(text: string | undefined): text is Plan {
  return PLANS.some((plan) => plan === text);
}
