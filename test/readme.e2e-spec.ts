import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sessionScript, sessionSteps, stepOutputs, timeless } from './support/readme-session.js';
import { Service } from './support/service.js';

describe('the first session of the README', () => {
  const steps = sessionSteps('README.md', 'A first session');
  let dataDir: string;
  let service: Service;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'mindflow-readme-'));
    service = Service.start(['npm', 'start'], { PORT: '0', MINDFLOW_DATA_DIR: dataDir });
  });
  afterAll(async () => {
    await service.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('prints what the README says', async () => {
    const url = await service.url();
    await service.line(({ msg }) => msg === 'database connected');
    const script = sessionScript(steps).replaceAll('http://127.0.0.1:3000', url);
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script]);
    const printed = stepOutputs(stdout);
    const shown = steps.map(({ output }, index) => ({ output, printed: printed[index] ?? '' }));
    const withOutput = shown.filter(({ output }) => output !== null);
    expect(withOutput.length).toBeGreaterThanOrEqual(4);
    expect(withOutput.map((step) => timeless(step.printed))).toEqual(
      withOutput.map((step) => timeless(step.output ?? '')),
    );
  }, 60_000);
});
