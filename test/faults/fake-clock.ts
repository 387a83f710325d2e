import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SYSTEM_LIBRARIES = '/usr/lib';

/** Another time of day for one process, by libfaketime. How long things take stays as it is. */
export class FakeClock {
  private constructor(
    private readonly library: string,
    private readonly directory: string,
  ) {}

  /** Where Debian's package `faketime` puts its library; null where it is not installed. */
  static findLibrary(): string | null {
    const found = readdirSync(SYSTEM_LIBRARIES)
      .map((name) => join(SYSTEM_LIBRARIES, name, 'faketime', 'libfaketimeMT.so.1'))
      .find((file) => existsSync(file));
    return found ?? null;
  }

  static async create(library: string): Promise<FakeClock> {
    const clock = new FakeClock(library, await mkdtemp(join(tmpdir(), 'mindflow-clock-')));
    await clock.shift(0);
    return clock;
  }

  /** The environment of the process that goes by this clock. */
  get variables(): NodeJS.ProcessEnv {
    return {
      LD_PRELOAD: this.library,
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** Sets the clock so many seconds before the right time, or behind it. */
  async shift(seconds: number): Promise<void> {
    const draft = `${this.file}.new`;
    await writeFile(draft, `${seconds < 0 ? '' : '+'}${String(seconds)}`);
    await rename(draft, this.file);
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  private get file(): string {
    return join(this.directory, 'offset');
  }
}
