import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { PROFILE_FILE } from '../environment.js';

/*
 * Loaded into a server before its own code: SIGUSR2 begins a profile of the processor, and the next one ends it.
 */
const session = new Session();
session.connect();
let isProfiling = false;

process.on('SIGUSR2', () => {
  void toggle();
});

async function toggle(): Promise<void> {
  isProfiling = !isProfiling;
  if (isProfiling) {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 });
    await session.post('Profiler.start');
    return;
  }
  const { profile } = await session.post('Profiler.stop');
  writeFileSync(PROFILE_FILE, JSON.stringify(profile));
}
