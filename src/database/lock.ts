import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isErrno, StartError } from '../errors.ts';

/** The embedded database allows one process; a second one would corrupt it without noticing. */
export class FolderInUseError extends StartError {
  constructor(file: string, { pid, host }: Holder) {
    super(
      `The data folder is in use by process ${pid} on ${host}. Stop it, or set DATA_DIR to another folder, or use ` +
        `PostgreSQL by DATABASE_URL. (If there is no such process, delete ${file}.)`,
    );
  }
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly token: string;
}

const touchMs = 1_000;
/** A holder that has not touched its lock for so long is gone: its container, perhaps, was killed. */
const goneAfterMs = 10_000;
/** Longer than another starter needs between looking at a stale lock and replacing it. */
const settleMs = 100;

/**
 * Takes the lock file of an embedded folder, and touches it for as long as it is held. A process id says little where
 * several containers share a folder, so a lock is stale when its process is dead on this host, or else when nobody
 * touches it any more.
 * @returns the function that gives it back.
 * @throws FolderInUseError where a living process holds it.
 */
export async function lockFolder(file: string): Promise<() => void> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const own: Holder = { pid: process.pid, host: hostname(), token: randomUUID() };
  const found = tryCreate(file, own) ? null : readHolder(file);
  if (found !== null && (await isAlive(file, found))) throw new FolderInUseError(file, found);
  if (!isOwn(file, own)) await replace(file, own);

  const timer = setInterval(() => touch(file, own), touchMs).unref();
  return () => {
    clearInterval(timer);
    if (isOwn(file, own)) rmSync(file, { force: true });
  };
}

function tryCreate(file: string, own: Holder): boolean {
  try {
    writeFileSync(file, JSON.stringify(own), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Of several that replace a stale lock at once the last one's stays, and the others see that. */
async function replace(file: string, own: Holder): Promise<void> {
  const draft = `${file}.${own.token}`;
  writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
  renameSync(draft, file);
  await setTimeout(settleMs);
  const found = readHolder(file);
  if (found !== null && found.token !== own.token) throw new FolderInUseError(file, found);
}

function readHolder(file: string): Holder | null {
  try {
    const { pid, host, token } = JSON.parse(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) ? { pid, host: String(host), token: String(token) } : null;
  } catch {
    return null;
  }
}

const isOwn = (file: string, own: Holder): boolean => readHolder(file)?.token === own.token;

async function isAlive(file: string, { pid, host }: Holder): Promise<boolean> {
  if (host === hostname() && pid !== process.pid) return isRunning(pid);
  const before = touchedAt(file);
  while (Date.now() - before <= goneAfterMs) {
    await setTimeout(touchMs);
    if (touchedAt(file) !== before) return true;
  }
  return false;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
}

function touchedAt(file: string): number {
  try {
    return statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

/** A process that has lost its lock all the same must not write on: the other one is writing. */
function touch(file: string, own: Holder): void {
  if (!isOwn(file, own)) {
    process.stderr.write('The lock of the data folder was taken by another process: stopping at once.\n');
    process.exit(1);
  }
  const now = new Date();
  utimesSync(file, now, now);
}
