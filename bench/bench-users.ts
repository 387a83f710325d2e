import { type BenchUser } from './planned-request.js';
import { type ServerProcess } from './server-process.js';

/** At once: the service hashes two passwords at a time. */
const AT_ONCE = 2;

/** Registers users through the API, so that their tokens are those that clients have. */
export async function registerUsers(ours: ServerProcess, count: number): Promise<BenchUser[]> {
  const users: BenchUser[] = [];
  while (users.length < count) {
    const registrations = Array.from({ length: Math.min(AT_ONCE, count - users.length) }, () =>
      register(ours),
    );
    users.push(...(await Promise.all(registrations)));
  }
  return users;
}

async function register({ url }: ServerProcess): Promise<BenchUser> {
  const answer = await fetch(`${url}/api/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      email: `${crypto.randomUUID()}@example.com`,
      password: 'not used a second time',
      fullName: 'Somebody',
    }),
  });
  if (!answer.ok) throw new Error(`registration: ${await answer.text()}`);
  const { user, accessToken } = (await answer.json()) as {
    user: { id: string };
    accessToken: string;
  };
  return { id: user.id, token: accessToken };
}
