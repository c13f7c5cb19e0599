import type { ClientOptions } from 'graphql-ws';
import type { Client } from './create-client.ts';

type SocketOptions = Pick<
  ClientOptions,
  'url' | 'connectionParams' | 'retryAttempts' | 'retryWait' | 'shouldRetry' | 'on'
>;

/** The codes by which the server closes a socket whose credential is no longer valid. */
const refusingCodes = [4401, 4403];
const maxPauseMs = 30_000;

/**
 * Options for `createClient` of graphql-ws: the socket is opened with a credential that counts, and again with a fresh
 * one when the server has closed it; it comes back after any outage. Where the session is over, subscriptions fail with
 * INVALID_GRANT.
 */
export function socketOptions({ url, credential }: Pick<Client, 'url' | 'credential'>): SocketOptions {
  let used: string | undefined;
  let isRefused = false;
  let problem: Error | undefined;

  /** Renews the credential for which the socket was refused, unless that has been done. */
  async function prepare(): Promise<void> {
    if (isRefused && credential.present() === used) await credential.renew();
    isRefused = false;
    await credential.fresh();
  }

  return {
    // The browser sends cookies along when it opens the socket, so they are renewed before. What fails is told below,
    // because the library does not expect it here.
    url: async () => {
      problem = await prepare().then(
        () => undefined,
        (error: Error) => error,
      );
      return url.replace(/^http/, 'ws');
    },
    connectionParams: async () => {
      if (problem !== undefined) throw problem;
      used = await credential.fresh();
      return used === undefined ? {} : { authorization: used };
    },
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: (retries: number) =>
      new Promise<void>((resolve) => {
        setTimeout(resolve, Math.min(maxPauseMs, 500 * 2 ** retries) * (0.5 + Math.random() / 2));
      }),
    shouldRetry: (reason: unknown) => (reason as { code?: unknown } | undefined)?.code !== 'INVALID_GRANT',
    on: {
      closed: (event: unknown) => {
        isRefused ||= refusingCodes.includes((event as { code: number }).code);
      },
    },
  };
}
