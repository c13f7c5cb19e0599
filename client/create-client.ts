import { createAuthorizedFetch } from './authorized-fetch.ts';
import { textOfDocument, type QueryArguments, type TypedDocument } from './document.ts';
import { hasCode, type SallyportError } from './errors.ts';
import { createSessionLifecycle, type SessionLifecycle } from './session-lifecycle.ts';
import { bearer } from './record.ts';
import type { SessionState, SessionValue } from './session-value.ts';
import { createSignIns, type SignIns } from './sign-ins.ts';
import { createStore, memoryStorage, type StorageAdapter } from './store.ts';
import { absolute, browserStorage, isBrowser } from './platform.ts';
import { openTabs } from './tabs.ts';
import { dataOf, graphqlRequest, type Fetch } from './transport.ts';
import { createTabLock } from './tab-lock.ts';
import { createWire } from './wire.ts';

export interface ClientOptions {
  /** The URL of the GraphQL endpoint; in a browser it may be relative to the page. */
  readonly url: string;
  /**
   * `cookies`, the default in a browser: tokens are out of reach of scripts. `memory`, the default elsewhere: the
   * session ends with the program. An adapter keeps tokens where it says.
   */
  readonly storage?: 'cookies' | 'memory' | StorageAdapter;
  readonly fetch?: Fetch;
  /** Called with what no call can report: a storage that failed, a renewal ahead of time that did not succeed. */
  readonly onError?: (error: SallyportError) => void;
}

export interface Client extends SignIns {
  readonly url: string;
  readonly session: SessionValue & {
    /** Finds out who is signed in, by a question to the server if this device does not know. */
    readonly load: () => Promise<SessionState>;
  };
  /** `fetch` with the session's credential, for the server's origin alone. */
  readonly fetch: Fetch;
  /**
   * Sends an operation and answers its data.
   * @throws SallyportError with the code of the first error; the reason of a signal that was aborted.
   */
  readonly query: <Data, Variables>(
    document: TypedDocument<Data, Variables>,
    ...rest: QueryArguments<Variables>
  ) => Promise<Data>;
  readonly credential: ClientCredential;
  /** Stops listening to other tabs, and nothing else. */
  readonly close: () => void;
}

/** The credential for what sends requests by itself: a link, an exchange, a socket. */
export interface ClientCredential {
  /** Answers an `Authorization` header that counts; undefined if no user is signed in, and with cookies. */
  readonly fresh: () => Promise<string | undefined>;
  /** Returns the header as it is at present, which may have to be renewed. */
  readonly present: () => string | undefined;
  /** Returns whether a request may go out without waiting for `fresh`. */
  readonly isFresh: () => boolean;
  /** Renews what was refused elsewhere. @throws INVALID_GRANT if the session is over. */
  readonly renew: () => Promise<void>;
}

export function createClient(options: ClientOptions): Client {
  const { fetch = (input, init) => globalThis.fetch(input, init), onError = () => undefined } = options;
  const { storage = isBrowser() ? 'cookies' : 'memory' } = options;
  const usesCookies = storage === 'cookies';
  const url = absolute(options.url);
  // Secure stores of phones take nothing but these characters.
  const key = `sallyport-${url.replace(/[^\w.]+/g, '-')}`;
  const name = isBrowser() ? key : undefined;
  const adapter = adapterOf(storage);
  const wire = createWire({ url, fetch, usesCookies });
  const lifecycle: SessionLifecycle = createSessionLifecycle({
    wire,
    usesCookies,
    onError,
    isShared: storage !== 'memory',
    store: createStore({ adapter, key, empty: usesCookies ? 'unknown' : 'signed-out', onError }),
    withTabLock: createTabLock(storage === 'memory' ? undefined : name),
    openTabs: (onMessage) => openTabs({ name, adapter, onMessage }),
  });
  const authorizedFetch = createAuthorizedFetch({ url, fetch, lifecycle, usesCookies });

  async function query<Data, Variables>(
    document: TypedDocument<Data, Variables>,
    ...[variables, init]: QueryArguments<Variables>
  ): Promise<Data> {
    const record = lifecycle.present();
    const request = { ...graphqlRequest(textOfDocument(document), variables), ...init };
    try {
      return (await dataOf(await authorizedFetch(url, request))) as Data;
    } catch (error) {
      // An answer that is cut off in the middle looks like a bad one.
      init?.signal?.throwIfAborted();
      // The cookies are gone without our knowing: the server takes us for anonymous, and finding out signs out.
      const isTakenForAnonymous = record !== undefined && usesCookies && hasCode(error, 'UNAUTHENTICATED');
      if (isTakenForAnonymous)
        lifecycle
          .renew(record)
          .catch((problem: SallyportError) => hasCode(problem, 'INVALID_GRANT') || onError(problem));
      throw error;
    }
  }

  const { get, subscribe } = lifecycle.value;
  return {
    ...createSignIns({ wire, lifecycle, adapter, key, usesCookies, query }),
    url,
    session: { get, subscribe, load: lifecycle.load },
    fetch: authorizedFetch,
    query,
    credential: {
      fresh: async () => bearer(await lifecycle.usable()),
      present: () => bearer(lifecycle.present()),
      isFresh: lifecycle.isFresh,
      renew: () => lifecycle.renew(lifecycle.present()),
    },
    close: lifecycle.close,
  };
}

/**
 * Picks the storage. With cookies it holds no secret, only the hint that a user is signed in; without one, a page
 * asks.
 */
function adapterOf(storage: NonNullable<ClientOptions['storage']>): StorageAdapter {
  if (typeof storage === 'object') return storage;
  return (storage === 'cookies' ? browserStorage() : undefined) ?? memoryStorage();
}
