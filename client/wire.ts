import { textOfDocument, type TypedDocument } from './document.ts';
import { SallyportError, hasCode } from './errors.ts';
import { Refresh, SignOut } from './generated/documents.ts';
import type { AnsweredTokens } from './record.ts';
import { mayBeOnline, pause, signalAfter } from './platform.ts';
import { dataOf, graphqlRequest, reach, type Fetch } from './transport.ts';

export interface Wire {
  /** Sends an operation of the session itself: nothing is added to it, and nothing is tried again. */
  readonly send: <Data, Variables>(
    document: TypedDocument<Data, Variables>,
    variables: Variables,
    init?: RequestInit,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Data>;
  /** Renews tokens, or cookies. Trying again is safe: the server answers the same successor for a while. */
  readonly refresh: (refreshToken: string | null) => Promise<RefreshedTokens>;
  readonly logOut: (refreshToken: string | null) => Promise<void>;
}

export interface RefreshedTokens {
  readonly tokens: AnsweredTokens;
  /** The time at which the request was sent that brought them. */
  readonly sentAt: number;
}

/**
 * The time of one try. All tries together end within the server's grace of 30 seconds, so that an answer that was lost
 * is answered again.
 */
const tryMs = 8_000;
const pausesMs = [300, 1_500];

export function createWire({ url, fetch, usesCookies }: { url: string; fetch: Fetch; usesCookies: boolean }): Wire {
  const credentials = usesCookies ? 'include' : 'omit';

  async function send<Data, Variables>(
    document: TypedDocument<Data, Variables>,
    variables: Variables,
    init: RequestInit = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Data> {
    const request = graphqlRequest(textOfDocument(document), variables);
    const whole = { ...request, credentials, ...init, headers: { ...request.headers, ...headers } } as const;
    return (await dataOf(await reach(fetch, url, whole)).catch(dataBesideRoles)) as Data;
  }

  /** `keepalive`: a page that is closed meanwhile still gets its new cookies. */
  const sendOnce = <Data, Variables>(document: TypedDocument<Data, Variables>, variables: Variables): Promise<Data> =>
    send(document, variables, { keepalive: usesCookies, signal: signalAfter(tryMs) });

  async function persistently<T>(attempt: () => Promise<T>): Promise<T> {
    for (const pauseMs of pausesMs) {
      try {
        return await attempt();
      } catch (error) {
        if (!mayBeOnline() || !isWorthAnotherTry(error)) throw error;
        await pause(pauseMs);
      }
    }
    return attempt();
  }

  /**
   * Returns whether to try again. With cookies, a forged one is refused and taken back: without it the next try counts.
   */
  const isWorthAnotherTry = (error: unknown): boolean =>
    passingCodes.some((code) => hasCode(error, code)) || (usesCookies && hasCode(error, 'UNAUTHENTICATED'));

  return {
    send,
    refresh: (refreshToken) =>
      persistently(async () => {
        const sentAt = Date.now();
        const { refresh: tokens } = await sendOnce(Refresh, { refreshToken });
        return { tokens: requireTokens(tokens, usesCookies), sentAt };
      }),
    logOut: (refreshToken) => persistently(async () => void (await sendOnce(SignOut, { refreshToken }))),
  };
}

/** Returns the answer of a narrowed session, which may not read its user's roles; rethrows every other error. */
function dataBesideRoles(error: unknown): unknown {
  const errors = error instanceof SallyportError ? error.errors : [];
  if (errors.length > 0 && errors.every(({ path }) => path?.at(-1) === 'roles')) return (error as SallyportError).data;
  throw error;
}

const passingCodes = ['NETWORK_FAILED', 'BAD_ANSWER', 'SERVICE_UNAVAILABLE', 'INTERNAL_SERVER_ERROR'] as const;

/**
 * Checks that tokens are whole. @throws BAD_ANSWER if they cannot be used: they must not replace tokens that can.
 */
export function requireTokens(tokens: Partial<AnsweredTokens> | null, usesCookies: boolean): AnsweredTokens {
  const isWhole =
    tokens !== null &&
    Number(tokens.expiresIn) > 0 &&
    typeof tokens.user?.id === 'string' &&
    (usesCookies || (typeof tokens.accessToken === 'string' && typeof tokens.refreshToken === 'string'));
  if (isWhole) return tokens as AnsweredTokens;
  throw new SallyportError('BAD_ANSWER', 'The server answered no tokens.');
}
