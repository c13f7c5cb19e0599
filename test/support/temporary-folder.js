import { chmodSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const memory = '/dev/shm';
const enoughBytes = 4 * 2 ** 30;

/**
 * Gives the run a folder for what its tests write, in memory if there is room: each embedded database is a thousand files.
 * Tests find it as the system's folder for temporary files.
 */
export function createTemporaryFolder() {
  process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'sallyport-compile-cache');
  const parent = hasRoom() ? memory : tmpdir();
  removeLeftovers(parent);
  const folder = mkdtempSync(join(parent, `sallyport-tests-${process.pid}-`));
  // A database server that runs as another user has to reach its files in it.
  chmodSync(folder, 0o711);
  process.env.TMPDIR = folder;
}

export const removeTemporaryFolder = () => rmSync(process.env.TMPDIR, { recursive: true, force: true });

function hasRoom() {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize > enoughBytes;
  } catch {
    return false;
  }
}

/** Removes the folders of runs that were killed. */
function removeLeftovers(parent) {
  for (const name of readdirSync(parent)) {
    const [, pid] = /^sallyport-tests-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch ({ code }) {
    return code === 'EPERM';
  }
}
