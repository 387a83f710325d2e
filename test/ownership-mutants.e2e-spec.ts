import { type Server } from 'node:http';
import { KeyIssuer } from './support/issuers/key-issuer.js';
import { ACCESSES, intrusion } from './support/ownership/access.js';
import { CASES, TRESPASSES } from './support/ownership/cases.js';
import { interference, trespass } from './support/ownership/probes.js';
import { mutantsOf, withMutant } from './support/ownership/statement-mutants.js';
import { StatementLog } from './support/statement-log.js';
import { TestApp } from './support/test-app.js';

it('x', async () => {
  const issuer = await KeyIssuer.start();
  const app = await TestApp.start({ settings: { AUTH_ISSUERS: [issuer.trusted] } });
  const probes: [string, () => Promise<string[]>][] = [
    ...ACCESSES.map((c): [string, () => Promise<string[]>] => [
      `Z01 ${c.name}`,
      () => intrusion(app, issuer, c),
    ]),
    ...TRESPASSES.map((c): [string, () => Promise<string[]>] => [
      `Z02 ${c.name}`,
      () => trespass(app, c),
    ]),
    ...CASES.map((c): [string, () => Promise<string[]>] => [
      `Z03 ${c.name}`,
      () => interference(app, c),
    ]),
  ];
  const byText = new Map<string, Set<number>>();
  const log = StatementLog.start();
  for (const [index, [name, probe]] of probes.entries()) {
    let v: string[] = [];
    const { sent } = await log.during(async () => {
      v = await probe();
    });
    if (v.length) console.log('CLEAN FAILS', name, v);
    for (const { text } of sent) byText.set(text, (byText.get(text) ?? new Set()).add(index));
  }
  log.stop();
  const lines: string[] = [];
  let started = Date.now();
  for (const [text, indexes] of byText) {
    for (const mutant of mutantsOf(text)) {
      let killer = 'SURVIVES';
      let detail = '';
      const t = Date.now();
      for (const index of indexes) {
        const [name, probe] = probes[index]!;
        const { result, errors, sent } = await withMutant(mutant, probe);
        if (errors.size) detail += ` errors ${[...errors].join()}`;
        if (sent === 0) detail += ` notsent(${name})`;
        if (result.length > 0) {
          killer = `${name}: ${result[0]?.slice(0, 100)}`;
          break;
        }
      }
      lines.push(
        `${killer === 'SURVIVES' ? '!!' : 'ok'} ${Date.now() - t}ms ${mutant.name} :: ${killer} ${detail.slice(0, 300)} (${indexes.size})`,
      );
    }
  }
  console.log(lines.length, 'mutants', Date.now() - started, 'ms\n' + lines.join('\n'));
  await app.stop().catch((e: unknown) => console.log(e));
  await issuer.server.stop();
}, 500_000);
