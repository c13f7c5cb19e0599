import { createClient as createLiveClient, type Client as LiveClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** Somebody who has subscribed. */
export interface Listener {
  /** Events so far, each as a result of GraphQL. */
  readonly events: unknown[];
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Resolves once `count` events are there. */
  readonly heard: (count: number) => Promise<unknown[]>;
}

export interface ListenOptions {
  readonly headers?: Record<string, string>;
  readonly connectionParams?: Record<string, unknown>;
}

const clients: LiveClient[] = [];

/** Ends every connection that `listenAt` has opened. */
export async function disposeListeners(): Promise<void> {
  for (const client of clients.splice(0)) await client.dispose();
}

/** Opens a connection and subscribes; resolves once the server has acknowledged and begun to listen. */
export async function listenAt(
  serverUrl: string,
  query: string,
  { headers = {}, connectionParams }: ListenOptions = {},
): Promise<Listener> {
  const events: unknown[] = [];
  let wake = (): void => undefined;
  let settleClosed: (event: { code: number; reason: string }) => void = () => undefined;
  const closed = new Promise<{ code: number; reason: string }>((resolve) => (settleClosed = resolve));
  class Socket extends WebSocket {
    constructor(address: string, protocols: string | string[]) {
      super(address, protocols, { headers });
    }
  }
  const client = createLiveClient({
    url: `${serverUrl.replace('http', 'ws')}/graphql`,
    webSocketImpl: Socket,
    retryAttempts: 0,
    lazy: false,
    onNonLazyError: () => undefined,
    ...(connectionParams === undefined ? {} : { connectionParams }),
    on: { closed: (event) => settleClosed(event as { code: number; reason: string }) },
  });
  clients.push(client);
  const note = (event: unknown): void => {
    events.push(event);
    wake();
  };
  client.subscribe({ query }, { next: note, error: (error) => note({ error }), complete: () => undefined });
  // The protocol does not acknowledge a subscription; one that is refused says so, one that listens is there by now.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  return {
    events,
    closed,
    async heard(count) {
      while (events.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return events;
    },
  };
}

/** Opens a connection by a credential in `connection_init`, and leaves again: `open`, or the code by which it was closed. */
export const connectAt = (serverUrl: string, authorization: string): Promise<'open' | number> =>
  new Promise((resolve) => {
    const client = createLiveClient({
      url: `${serverUrl.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      lazy: false,
      connectionParams: { authorization },
      onNonLazyError: () => undefined,
      on: {
        connected: () => (resolve('open'), void client.dispose()),
        closed: (event) => resolve((event as { code: number }).code),
      },
    });
  });
