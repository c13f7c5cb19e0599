import { SallyportError, hasCode } from './errors.ts';
import { recordOf, type AnsweredTokens, type Kept, type SessionRecord } from './record.ts';
import { createSessionValue, stateOf, type SessionState, type SessionValue } from './session-value.ts';
import { isPromise, type Store } from './store.ts';
import { pause } from './platform.ts';
import type { TabMessage, Tabs } from './tabs.ts';
import type { TabLock } from './tab-lock.ts';
import { requireTokens, type Wire } from './wire.ts';

export interface SessionLifecycleDeps {
  readonly store: Store;
  readonly withTabLock: TabLock;
  readonly wire: Wire;
  readonly openTabs: (onMessage: (message: TabMessage) => void) => Tabs;
  /** True for cookies, or a storage that all tabs see; otherwise each tab has a session of its own. */
  readonly isShared: boolean;
  readonly usesCookies: boolean;
  readonly onError: (error: SallyportError) => void;
}

export interface SessionLifecycle {
  readonly value: SessionValue;
  /** Returns what is known at once, fresh or not. */
  readonly present: () => SessionRecord | undefined;
  /** Returns a session that is valid for a while yet; undefined if no user is known to be signed in. */
  readonly usable: () => Promise<SessionRecord | undefined>;
  /** Returns whether `usable` answers without a request. */
  readonly isFresh: () => boolean;
  /**
   * Renews the tokens that were refused, unless another tab or call has done so.
   * @throws INVALID_GRANT if the session is over.
   */
  readonly renew: (refused: SessionRecord | undefined) => Promise<void>;
  /** Runs a sign-in, and keeps the tokens that it finds in the place of those that there were. */
  readonly enter: <T>(signIn: () => Promise<{ readonly answer: T; readonly tokens?: AnsweredTokens }>) => Promise<T>;
  readonly leave: () => Promise<void>;
  readonly load: () => Promise<SessionState>;
  readonly close: () => void;
}

/**
 * Tracks who is signed in, in this page and together with the other tabs. Whatever changes the session takes the lock
 * of the tabs, and first reads what others have done. A user who leaves is signed out at once, and the server is told
 * under the lock.
 */
export function createSessionLifecycle(deps: SessionLifecycleDeps): SessionLifecycle {
  const { store, withTabLock, wire, isShared, usesCookies, onError } = deps;
  const value = createSessionValue();
  const tabs = deps.openTabs(onMessage);
  let kept: Kept = { state: 'unknown' };
  /** Counts what signed this page out: what began before does not sign it in again. */
  let departures = 0;
  let renewing: Promise<void> | undefined;
  let beginning: Promise<unknown> | undefined = lookAtOnce();

  const present = (): SessionRecord | undefined => (kept.state === 'signed-in' ? kept : undefined);

  function adopt(next: Kept, ended = false): void {
    // The storage does not tell that the server ended the session; a tab that knows it keeps that state.
    const isStillOut = !ended && next.state === 'signed-out' && value.get().status === 'signed-out';
    kept = next;
    if (!isStillOut) value.set(stateOf(next, ended));
  }

  /** Reads a storage that answers at once, so that it is known who is signed in before anything is sent. */
  function lookAtOnce(): Promise<unknown> | undefined {
    try {
      const found = store.read();
      if (isPromise(found)) return remember(found.then((later) => adopt(later)));
      adopt(found);
      return Promise.resolve();
    } catch {
      return undefined;
    }
  }

  function begin(): Promise<unknown> {
    beginning ??= remember(look());
    return beginning;
  }

  /** Remembers a reading; one that failed is tried again by the next caller. */
  function remember(looking: Promise<unknown>): Promise<unknown> {
    looking.catch(() => (beginning = undefined));
    return looking;
  }

  async function look(): Promise<Kept> {
    const before = departures;
    const found = await read();
    if (before === departures) adopt(found);
    return found;
  }

  /**
   * Reads the storage. With cookies nothing that matters is in it: if it fails or is emptied, what this page knows is
   * enough.
   */
  async function read(): Promise<Kept> {
    try {
      const found = await store.read();
      return found.state === 'unknown' ? kept : found;
    } catch (error) {
      if (!usesCookies || !hasCode(error, 'STORAGE_FAILED')) throw error;
      onError(error);
      return kept;
    }
  }

  function onMessage(message: TabMessage): void {
    if (!isShared) {
      if (message === 'signed-out' && kept.state === 'signed-in') leave().catch(onError);
    } else if (message === 'changed') {
      look().catch(onError);
    } else {
      departures += 1;
      // The cookies are good until the server has been told: nothing is asked with them meanwhile.
      const isLeaving = usesCookies && message === 'signed-out';
      adopt({ state: isLeaving ? 'leaving' : 'signed-out' }, message === 'ended');
    }
  }

  async function usable(): Promise<SessionRecord | undefined> {
    await begin();
    if (kept.state === 'leaving') await withTabLock(finishLeaving);
    const record = present();
    if (record === undefined || Date.now() < record.renewAt) return record;
    try {
      await renew(record);
    } catch (error) {
      if (hasCode(error, 'INVALID_GRANT') || Date.now() >= record.expiresAt) throw error;
      onError(error as SallyportError);
    }
    return present();
  }

  function renew(refused: SessionRecord | undefined): Promise<void> {
    if (present()?.generation !== refused?.generation) return Promise.resolve();
    renewing ??= withTabLock((hasWaited) => renewUnderLock(refused, hasWaited)).finally(() => (renewing = undefined));
    return renewing;
  }

  async function renewUnderLock(refused: SessionRecord | undefined, hasWaited: boolean): Promise<void> {
    const before = departures;
    let found = await look();
    if (hasWaited && found.state === 'signed-in' && found.generation === refused?.generation) {
      await pause(settlingMs);
      found = await look();
    }
    const record = found.state === 'signed-in' ? found : undefined;
    if (record !== undefined && record.generation !== refused?.generation && Date.now() < record.renewAt) return;
    if (found.state === 'leaving' || (record === undefined && !usesCookies)) throw over();
    try {
      const { tokens, sentAt } = await wire.refresh(record?.refreshToken ?? null);
      await keep(recordOf(tokens, sentAt), before);
    } catch (error) {
      if (!hasCode(error, 'INVALID_GRANT') || (await end(record))) throw error;
    }
  }

  async function keep(record: SessionRecord, before: number): Promise<void> {
    const next: Kept = { state: 'signed-in', ...record };
    await store.write(next);
    // The user has left meanwhile: the sign-out, which tells the server, finds the tokens in the store.
    if (before !== departures) return;
    adopt(next);
    tabs.post('changed');
  }

  /** Ends a session that the server says is over. Answers false if another has taken its place, which goes on. */
  async function end(record: SessionRecord | undefined): Promise<boolean> {
    await pause(settlingMs);
    const found = await read();
    if (found.state === 'signed-in' && found.generation !== record?.generation) {
      adopt(found);
      return false;
    }
    departures += 1;
    await store.write({ state: 'signed-out' });
    adopt({ state: 'signed-out' }, record !== undefined);
    tabs.post(record === undefined ? 'changed' : 'ended');
    return true;
  }

  async function leave(): Promise<void> {
    const known = kept;
    departures += 1;
    adopt({ state: usesCookies ? 'leaving' : 'signed-out' });
    tabs.post('signed-out');
    await withTabLock(async () => {
      const found = await read().catch(() => known);
      await store.write({ state: usesCookies ? 'leaving' : 'signed-out' });
      tabs.post('changed');
      if (usesCookies) await finishLeaving();
      else if (found.state === 'signed-in') await wire.logOut(found.refreshToken);
    });
  }

  /** Tells the server of a departure: cookies are valid until then, and scripts cannot remove them. */
  async function finishLeaving(hasWaited = false): Promise<void> {
    if (hasWaited) await pause(settlingMs);
    if ((await look()).state !== 'leaving') return;
    await wire.logOut(null);
    await store.write({ state: 'signed-out' });
    adopt({ state: 'signed-out' });
    tabs.post('changed');
  }

  return {
    value,
    present,
    usable,
    isFresh() {
      if (kept.state === 'signed-in') return Date.now() < kept.renewAt;
      return kept.state === 'signed-out' || (kept.state === 'unknown' && usesCookies);
    },
    renew,
    leave,
    enter: (signIn) =>
      withTabLock(async () => {
        // A sign-in goes on whatever the storage holds.
        await look().catch(() => undefined);
        const [before, previous, sentAt] = [departures, present(), Date.now()];
        const { answer, tokens } = await signIn();
        if (tokens === undefined) return answer;
        const isSame = tokens.session.id === previous?.sessionId;
        // Proving once more who one is renews the access token alone.
        const refreshToken = tokens.refreshToken ?? (isSame ? previous.refreshToken : null);
        await keep(recordOf(requireTokens({ ...tokens, refreshToken }, usesCookies), sentAt), before);
        if (!isSame && previous?.refreshToken != null) wire.logOut(previous.refreshToken).catch(() => undefined);
        return answer;
      }),
    async load() {
      await begin();
      if (kept.state === 'unknown') {
        await renew(undefined).catch((error: unknown) => {
          if (!hasCode(error, 'INVALID_GRANT')) throw error;
        });
      }
      return value.get();
    },
    close: () => tabs.close(),
  };
}

/** The time after which other tabs see what a tab writes to `localStorage`. */
const settlingMs = 50;

const over = (): SallyportError => new SallyportError('INVALID_GRANT', 'The session has ended: sign in again.');
