import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { chown, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SIZE_MIB = 64;

/** A file system of its own in memory, to be filled up and given room again. Linux only, for root. */
export class SmallDisk {
  private constructor(readonly directory: string) {}

  /** Null where this process may not mount one. */
  static mount(): SmallDisk | null {
    const directory = mkdtempSync(join(tmpdir(), 'mindflow-disk-'));
    try {
      const size = `size=${String(SIZE_MIB)}m`;
      execFileSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', directory], { stdio: 'ignore' });
      return new SmallDisk(directory);
    } catch {
      rmdirSync(directory);
      return null;
    }
  }

  /** @param user null for the one who runs the tests */
  async giveTo(user: { uid: number; gid: number } | null): Promise<void> {
    if (user) await chown(this.directory, user.uid, user.gid);
  }

  /** Takes all the room that is left. */
  async fill(): Promise<void> {
    const { bavail, bsize } = await statfs(this.directory);
    await writeFile(this.ballast, Buffer.alloc(bavail * bsize)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    });
  }

  /** Gives back what `fill` has taken. */
  async makeRoom(): Promise<void> {
    await rm(this.ballast, { force: true });
  }

  unmount(): void {
    execFileSync('umount', [this.directory]);
    rmdirSync(this.directory);
  }

  private get ballast(): string {
    return join(this.directory, 'ballast');
  }
}
