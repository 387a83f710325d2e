import { type Response } from 'supertest';
import { type TestApp } from '../test-app.js';
import { type Case, visitor } from './cases.js';
import { outcome, possessionsOf } from './outcomes.js';
import { clear, type Person, POOR, RICH, settle, settleNobody } from './people.js';
import { NOBODY_ID } from './possessions.js';

const UNKNOWN_ID = '00000000-0000-4000-8000-0000000000ff';

/** Two people who know nothing of each other. */
export interface Neighbours {
  poor: Person;
  rich: Person;
}

/** The rich one before the poor one, and somebody else before both, so that whatever is found without asking whose it is, is theirs. */
export async function neighbours(app: TestApp): Promise<Neighbours> {
  await clear(app);
  await settleNobody(app);
  const rich = await settle(app, RICH);
  const poor = await settle(app, POOR);
  return { poor, rich };
}

/**
 * What is wrong with a request of the poor one about their own things: its answer and what it leaves behind depend on
 * whether the rich one exists, or it changes something of theirs.
 */
export async function interference(app: TestApp, asked: Case): Promise<string[]> {
  await clear(app);
  const alone = await settle(app, POOR);
  const expected = await outcome(app, alone, await ask(app, asked, alone));
  const { poor, rich } = await neighbours(app);
  const before = await othersPossessions(app, rich);
  const answer = await ask(app, asked, poor);
  const found = await outcome(app, poor, answer);
  const isAsExpected = asked.status ? answer.status === asked.status : answer.status < 300;
  return [
    ...(isAsExpected ? [] : [`${asked.name} is answered with ${String(answer.status)}`]),
    ...(found === expected
      ? []
      : [`${asked.name} depends on another user: ${change(expected, found)}`]),
    ...((await othersPossessions(app, rich)) === before
      ? []
      : [`${asked.name} changes what is another's`]),
  ];
}

/** What is wrong with a request of the poor one about the rich one's things: they must not seem to exist. */
export async function trespass(app: TestApp, asked: Case): Promise<string[]> {
  const { poor, rich } = await neighbours(app);
  const nothing = { ...rich, taskId: UNKNOWN_ID, apiKeyId: UNKNOWN_ID, taskNumber: 1_000_000 };
  const before = await othersPossessions(app, rich);
  const bearer = `Bearer ${poor.accessToken}`;
  const theirs = await asked.request(visitor(app, bearer, rich));
  const nobodys = await asked.request(
    visitor(app, bearer, { ...nothing, accessToken: tokenOf(UNKNOWN_ID) }),
  );
  return [
    ...(theirs.status === 404 ? [] : [`${asked.name} finds what is another's`]),
    ...(withoutId(theirs) === withoutId(nobodys) ? [] : [`${asked.name} tells what is another's`]),
    ...((await othersPossessions(app, rich)) === before
      ? []
      : [`${asked.name} changes what is another's`]),
  ];
}

/** What belongs to others than the poor one. */
async function othersPossessions(app: TestApp, { id }: Person): Promise<string> {
  return (await possessionsOf(app, NOBODY_ID)) + (await possessionsOf(app, id));
}

function ask(app: TestApp, asked: Case, person: Person): Promise<Response> {
  return asked.request(visitor(app, `Bearer ${person.accessToken}`, person));
}

/** What a request reads the id of a session from. */
function tokenOf(sid: string): string {
  return `.${Buffer.from(JSON.stringify({ sid })).toString('base64url')}.`;
}

/** Where two texts begin to differ. */
function change(before: string, after: string): string {
  let index = 0;
  while (before[index] === after[index]) index++;
  const around = (text: string) => text.slice(Math.max(0, index - 60), index + 60);
  return `${around(before)} becomes ${around(after)}`;
}

/** Everything that the client is told, but for the id of the request. */
function withoutId({ text, headers }: Response): string {
  const told = headers as Record<string, string>;
  return `${JSON.stringify({ ...told, date: '' })}${text}`.replaceAll(
    told['x-request-id'] ?? '',
    '',
  );
}
