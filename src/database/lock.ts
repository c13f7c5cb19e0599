import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { isErrno } from './errno.ts';

/** The embedded database allows one process; a second one would corrupt it without noticing. */
export class FolderInUseError extends Error {
  constructor(file: string, pid: number) {
    super(
      `The data folder is in use by process ${pid}. Stop it, or set DATA_DIR to another folder, or use PostgreSQL ` +
        `by DATABASE_URL. (If that process is no Sallyport, delete ${file}.)`,
    );
    this.name = 'FolderInUseError';
  }
}

/**
 * Takes the lock file of an embedded folder, replacing one whose process is gone.
 * @returns the function that gives it back.
 * @throws FolderInUseError where a living process holds it.
 */
export function lockFolder(file: string): () => void {
  mkdirSync(dirname(file), { recursive: true });
  const mine = JSON.stringify({ pid: process.pid, host: hostname() });
  if (!tryCreate(file, mine)) {
    const holder = readHolder(file);
    if (holder !== null && isAlive(holder)) throw new FolderInUseError(file, holder.pid);
    rmSync(file, { force: true });
    if (!tryCreate(file, mine)) throw new FolderInUseError(file, readHolder(file)?.pid ?? 0);
  }
  return () => rmSync(file, { force: true });
}

interface Holder {
  readonly pid: number;
  readonly host: string;
}

function tryCreate(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

function readHolder(file: string): Holder | null {
  try {
    const { pid, host } = JSON.parse(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) ? { pid, host: String(host) } : null;
  } catch {
    return null;
  }
}

/** In a container the same process id comes back after a restart: a lock of our own id, or of another host, is stale. */
function isAlive({ pid, host }: Holder): boolean {
  if (pid === process.pid || host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
}
