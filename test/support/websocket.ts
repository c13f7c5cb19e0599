import { createClient as createLiveClient, type Client as LiveClient } from 'graphql-ws';
import { Redis } from 'ioredis';
import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';
import type { SignedIn } from './server.ts';
import { until } from './until.ts';

/** Somebody who has subscribed. */
export interface Listener {
  /** Events so far, each as a result of GraphQL. */
  readonly events: unknown[];
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Resolves once `count` events are there. */
  readonly heard: (count: number) => Promise<unknown[]>;
  /** Ends the subscription; resolves once the server knows. */
  readonly complete: () => Promise<void>;
  /** Cuts the connection without a word. */
  readonly terminate: () => void;
}

export interface ListenOptions {
  readonly headers?: Record<string, string>;
  readonly connectionParams?: Record<string, unknown>;
}

/** The credential of an access token, as a listener presents it. */
export const bearer = ({ accessToken }: Pick<SignedIn, 'accessToken'>): ListenOptions => ({
  connectionParams: { authorization: `Bearer ${accessToken}` },
});

const clients: LiveClient[] = [];
const sockets: WebSocket[] = [];
const ping = '{"type":"ping"}';
const liveUrl = (serverUrl: string): string => `${serverUrl.replace('http', 'ws')}/graphql`;

/** Ends every connection that a test has opened and not ended itself. */
export async function disposeListeners(): Promise<void> {
  for (const socket of sockets.splice(0)) socket.terminate();
  for (const client of clients.splice(0)) await client.dispose();
}

/** Opens a connection and subscribes; resolves once the server listens, or has refused to. */
export async function listenAt(
  serverUrl: string,
  query: string,
  { headers = {}, connectionParams }: ListenOptions = {},
): Promise<Listener> {
  const events: unknown[] = [];
  let wake = (): void => undefined;
  let settleClosed: (event: { code: number; reason: string }) => void = () => undefined;
  const closed = new Promise<{ code: number; reason: string }>((resolve) => (settleClosed = resolve));
  const waiting: Array<() => void> = [];
  /**
   * The protocol does not acknowledge a subscription or its end. But a server handles messages in turn, and needs
   * nobody else to begin to listen or to stop: what was sent before a ping is done when the pong is there.
   */
  class Socket extends WebSocket {
    constructor(url: string, protocols: string | string[]) {
      super(url, protocols, { headers });
    }
    override send(text: string): void {
      super.send(text);
      if (/"type":"(subscribe|complete)"/.test(text)) super.send(ping);
    }
  }
  const answered = (): Promise<unknown> =>
    Promise.race([closed, new Promise<void>((resolve) => void waiting.push(resolve))]);
  let socket: WebSocket | undefined;
  const client = createLiveClient({
    url: liveUrl(serverUrl),
    webSocketImpl: Socket,
    retryAttempts: 0,
    lazy: false,
    onNonLazyError: () => undefined,
    ...(connectionParams === undefined ? {} : { connectionParams }),
    on: {
      opened: (it) => void (socket = it as WebSocket),
      pong: () => waiting.shift()?.(),
      closed: (event) => settleClosed(event as { code: number; reason: string }),
    },
  });
  clients.push(client);
  const note = (event: unknown): void => {
    events.push(event);
    wake();
  };
  const isListening = answered();
  const end = client.subscribe({ query }, { next: note, error: (error) => note({ error }), complete: () => undefined });
  await isListening;
  return {
    events,
    closed,
    async heard(count) {
      while (events.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return events;
    },
    async complete() {
      const isEnded = answered();
      end();
      await isEnded;
    },
    terminate: () => socket?.terminate(),
  };
}

/** A message of graphql-transport-ws. */
export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A connection on which a test speaks the protocol itself. */
export interface Speaker {
  readonly socket: WebSocket;
  /** What has come so far. */
  readonly messages: Message[];
  /** Sends messages at once, without waiting for an answer. */
  readonly say: (...messages: readonly Message[]) => void;
  /** Resolves once the server has handled everything that was said. */
  readonly settled: () => Promise<void>;
  /** Resolves once `count` messages of a type are there. */
  readonly until: (type: string, count: number) => Promise<void>;
}

export async function speakAt(serverUrl: string, options: ClientOptions = {}): Promise<Speaker> {
  const socket = new WebSocket(liveUrl(serverUrl), 'graphql-transport-ws', options);
  sockets.push(socket);
  const messages: Message[] = [];
  socket.on('message', (data: Buffer) => void messages.push(JSON.parse(String(data)) as Message));
  await once(socket, 'open');
  const countOf = (type: string): number => messages.filter((message) => message.type === type).length;
  async function untilThere(type: string, count: number): Promise<void> {
    while (countOf(type) < count) await once(socket, 'message');
  }
  return {
    socket,
    messages,
    until: untilThere,
    say(...said) {
      for (const message of said) socket.send(JSON.stringify(message));
    },
    async settled() {
      const pongs = countOf('pong');
      socket.send(ping);
      await untilThere('pong', pongs + 1);
    },
  };
}

/** Opens a connection by a credential in `connection_init`, and leaves again: `open`, or the code by which it was closed. */
export const connectAt = (serverUrl: string, authorization: string): Promise<'open' | number> =>
  new Promise((resolve) => {
    const client = createLiveClient({
      url: liveUrl(serverUrl),
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

/** Waits until so many nodes hear of a Redis, which is the test's own: no start of a server waits for it. */
export async function untilHeardBy(redisUrl: string, nodes: number): Promise<void> {
  const redis = new Redis(redisUrl);
  await until(async () => (await redis.pubsub('NUMSUB', 'sallyport:events'))[1] === nodes);
  redis.disconnect();
}
