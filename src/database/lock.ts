import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isErrno, StartError } from '../errors.ts';
import { inDataFolder } from './data-folder.ts';

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
  /** True if it is about to give the folder back. */
  readonly isStopping: boolean;
}

export interface FolderLock {
  readonly release: () => void;
  /** Tells another start that it is worth waiting. */
  readonly markStopping: () => void;
}

const touchMs = 1_000;
/** A holder that has not touched its lock for so long is gone: killed, perhaps, or with a machine that was. */
const goneAfterMs = 10_000;
const maxWaitMs = 15_000;
const lookMs = 200;
/** Longer than another starter needs between looking at a stale lock and replacing it. */
const settleMs = 100;

/**
 * Takes the lock file of an embedded folder, and touches it for as long as it is held. A process id says little:
 * several containers may share a folder, a reboot gives ids anew, and a killed process can be there for a while. So a
 * lock is stale if no process has touched it for ten seconds, or its process is gone from this host. Beside a process
 * that is stopping, this waits for up to fifteen seconds.
 * @throws FolderInUseError if a running process holds it; DataFolderError if the folder cannot be made or written.
 */
export async function lockFolder(file: string): Promise<FolderLock> {
  const own: Holder = { pid: process.pid, host: hostname(), token: randomUUID(), isStopping: false };
  const found = inDataFolder(file, () => tryCreate(file, own)) ? null : readHolder(file);
  if (found !== null) await waitUntilFree(file, found);
  if (!isOwn(file, own)) await replace(file, own);

  const timer = setInterval(() => touch(file, own), touchMs).unref();
  return {
    markStopping: () => isOwn(file, own) && writeFileSync(file, JSON.stringify({ ...own, isStopping: true })),
    release() {
      clearInterval(timer);
      if (isOwn(file, own)) rmSync(file, { force: true });
    },
  };
}

/** @throws FolderInUseError */
async function waitUntilFree(file: string, found: Holder): Promise<void> {
  const before = touchedAt(file);
  const deadline = Date.now() + maxWaitMs;
  let isTold = false;
  for (;;) {
    const holder = readHolder(file);
    if (holder === null || isStale(file, holder)) return;
    const isAnother = holder.token !== found.token;
    const isHeld = touchedAt(file) !== before && !holder.isStopping;
    if (isAnother || isHeld || Date.now() > deadline) throw new FolderInUseError(file, holder);
    if (holder.isStopping && !isTold) {
      isTold = true;
      process.stderr.write(`Process ${holder.pid} is stopping: waiting until it gives the data folder back.\n`);
    }
    await setTimeout(lookMs);
  }
}

const isStale = (file: string, { pid, host }: Holder): boolean =>
  Date.now() - touchedAt(file) > goneAfterMs || (host === hostname() && pid !== process.pid && !isRunning(pid));

function tryCreate(file: string, own: Holder): boolean {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, JSON.stringify(own), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Replaces a stale lock; if several do so at once, the last one's stays, and the others see that. */
async function replace(file: string, own: Holder): Promise<void> {
  const draft = `${file}.${own.token}`;
  inDataFolder(file, () => {
    writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
    renameSync(draft, file);
  });
  await setTimeout(settleMs);
  const found = readHolder(file);
  if (found !== null && found.token !== own.token) throw new FolderInUseError(file, found);
}

function readHolder(file: string): Holder | null {
  try {
    const { pid, host, token, isStopping } = JSON.parse(readFileSync(file, 'utf8'));
    if (!Number.isInteger(pid)) return null;
    return { pid, host: String(host), token: String(token), isStopping: isStopping === true };
  } catch {
    return null;
  }
}

const isOwn = (file: string, own: Holder): boolean => readHolder(file)?.token === own.token;

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
