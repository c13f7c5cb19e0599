import { locks, pause, signalAfter } from './platform.ts';

/**
 * Runs work that changes the session one at a time, in this page and in all tabs. The work is told whether another tab
 * held the lock just before.
 */
export type TabLock = <T>(work: (hasWaited: boolean) => Promise<T>) => Promise<T>;

/** The wait after which work runs without the lock: the server lets two refreshes at once agree. */
const maxWaitMs = 30_000;
const claimMs = 60;

/** Makes the lock. `name` is the one that all tabs share; undefined if there are no others. */
export function createTabLock(name: string | undefined): TabLock {
  const across = name === undefined ? undefined : (byLock(name) ?? byChannel(name));
  return inQueue(across ?? ((work) => work(false)));
}

/** Runs work one after the other within the page. */
function inQueue(across: TabLock): TabLock {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(() => across(work));
    last = turn.catch(() => undefined);
    return turn;
  };
}

/** Locks by the Web Locks API: the browser passes the lock on when a tab closes. */
function byLock(name: string): TabLock | undefined {
  const manager = locks();
  if (manager === undefined) return undefined;
  return async <T>(work: (hasWaited: boolean) => Promise<T>): Promise<T> => {
    // In an object, so that work which answers nothing is not taken for work that was not done.
    const atOnce = await manager.request(name, { ifAvailable: true }, async (lock) =>
      lock === null ? undefined : { answer: await work(false) },
    );
    if (atOnce !== undefined) return atOnce.answer;
    const signal = signalAfter(maxWaitMs);
    let begun = false;
    const begin = (): Promise<T> => {
      begun = true;
      return work(true);
    };
    try {
      return await manager.request(name, { signal }, begin);
    } catch (error) {
      if (begun || !signal.aborted) throw error;
      return work(true);
    }
  };
}

interface Claim {
  readonly claim: string;
}
interface Objection {
  readonly held: string;
}

/**
 * Locks by messages: tabs post that they want the lock; the tab that holds it, or asked before, objects. Of those that
 * ask at the very same time all are refused, and ask again after pauses of different lengths.
 */
function byChannel(name: string): TabLock | undefined {
  if (typeof BroadcastChannel === 'undefined') return undefined;
  const channel = new BroadcastChannel(`${name}-turns`);
  let mine: string | undefined;
  let isRefused = false;
  channel.addEventListener('message', (event) => {
    const { data } = event as { readonly data?: Claim | Objection };
    if (data === undefined) return;
    if ('held' in data) isRefused ||= data.held === mine;
    else if (mine !== undefined) channel.postMessage({ held: data.claim });
  });

  async function claim(): Promise<boolean> {
    mine = Math.random().toString(36);
    isRefused = false;
    channel.postMessage({ claim: mine });
    await pause(claimMs);
    if (isRefused) mine = undefined;
    return !isRefused;
  }

  return async (work) => {
    const latest = Date.now() + maxWaitMs;
    while (!(await claim()) && Date.now() < latest) await pause(claimMs * (1 + 3 * Math.random()));
    try {
      return await work(true);
    } finally {
      mine = undefined;
    }
  };
}
