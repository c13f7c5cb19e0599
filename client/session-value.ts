import type { Kept, SessionUser } from './record.ts';

/**
 * The user who is signed in, as far as this device knows. `unknown` until that has been found out. `ended` says that
 * the server ended the session, rather than the user.
 */
export type SessionState =
  | { readonly status: 'unknown' }
  | { readonly status: 'signed-out'; readonly ended: boolean }
  | {
      readonly status: 'signed-in';
      readonly id: string;
      readonly user: SessionUser;
      /** The scopes of the credential, such as `articles:write`. */
      readonly scopes: readonly string[];
    };

export interface SessionValue {
  /** The present state; the same object as long as nothing has changed. */
  readonly get: () => SessionState;
  /** Calls a listener after each change, and answers how to stop it. */
  readonly subscribe: (listener: (state: SessionState) => void) => () => void;
}

export interface Observable extends SessionValue {
  readonly set: (state: SessionState) => void;
}

export function createSessionValue(): Observable {
  let state: SessionState = { status: 'unknown' };
  const listeners = new Set<(state: SessionState) => void>();
  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    set(next) {
      if (JSON.stringify(next) === JSON.stringify(state)) return;
      state = next;
      for (const listener of listeners) callSafely(listener, next);
    },
  };
}

/** Calls a listener. An error that it throws is shown to the page, and stops nothing here. */
function callSafely(listener: (state: SessionState) => void, state: SessionState): void {
  try {
    listener(state);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

export function stateOf(kept: Kept, ended = false): SessionState {
  if (kept.state === 'unknown') return { status: 'unknown' };
  if (kept.state !== 'signed-in') return { status: 'signed-out', ended };
  return { status: 'signed-in', id: kept.sessionId, user: kept.user, scopes: kept.scopes };
}
