import type { Server } from 'graphql-ws';
import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import type { RawData, WebSocket } from 'ws';
import { problemOf } from '../../json-text.ts';
import type { Unsent } from '../server/unsent.ts';
import { closeCodes } from './close-codes.ts';

/** The values that graphql-ws keeps with each socket. */
export interface SocketExtra {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
}

export interface TransportDeps {
  readonly log: Pick<Logger, 'debug' | 'error'>;
  readonly unsent: Unsent;
}

/** The interval at which the server asks whether a client is still there. */
const keepAliveMs = 12_000;
const maxPings = 20;
const pingWindowMs = 10_000;
const maxUnreadBytes = 1024 * 1024;

/**
 * Speaks graphql-transport-ws on one socket. graphql-ws's own adapter does the same, but answers any number of pings,
 * and writes a client's mistakes to the console.
 */
export function serveSocket<Extra extends SocketExtra>(
  server: Server<Extra>,
  extra: Extra,
  { log, unsent }: TransportDeps,
): void {
  const { socket } = extra;
  const mayPing = createPingBudget();
  const refuseExcess = (): boolean => {
    if (mayPing()) return false;
    socket.close(closeCodes.tooMany, 'Too many pings.');
    return true;
  };
  const refuse = (): void => socket.close(closeCodes.badRequest, 'Invalid message received');
  const failed = (error: unknown): void => {
    if (isOutOfTurn(error)) return refuse();
    log.error({ err: error }, 'a message of a WebSocket could not be handled');
    socket.close(closeCodes.internalError, 'Internal server error');
  };

  // A breach of RFC 6455 has been told to the client by a close code already.
  socket.on('error', (error) => log.debug({ err: error }, 'a WebSocket was broken off by its client'));
  socket.on('ping', refuseExcess);
  socket.on('message', () => dropUnread(socket));
  const keptAlive = keepAlive(socket);

  const closed = server.opened(
    {
      protocol: socket.protocol,
      send: (text) => send(extra, text, unsent),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (handle) =>
        socket.on('message', (data) => {
          const text = textOf(data);
          if (problemOf(text) !== null) refuse();
          else void handle(text).catch(failed);
        }),
      onPing: async () => {
        if (!refuseExcess()) await send(extra, '{"type":"pong"}', unsent);
      },
    },
    extra,
  );
  socket.once('close', (code, reason) => {
    clearInterval(keptAlive);
    closed(code, String(reason)).catch(failed);
  });
}

/** Tells of a message that servers alone send, such as `next`, for which graphql-ws has no error of its own. */
const isOutOfTurn = (error: unknown): boolean =>
  error instanceof Error && /^Unexpected message of type \w+ received$/.test(error.message);

/** Cuts a client that does not read: its answers would pile up in memory without end. */
export function dropUnread(socket: Pick<WebSocket, 'bufferedAmount' | 'terminate'>): void {
  if (socket.bufferedAmount > maxUnreadBytes) socket.terminate();
}

/** Sends a message; one that was in flight when the socket broke is lost, and the socket itself reports the breach. */
const send = ({ socket, request }: SocketExtra, text: string, unsent: Unsent): Promise<void> =>
  new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    const markSent = unsent.add(request.socket, Buffer.byteLength(text));
    socket.send(text, () => {
      markSent();
      resolve();
    });
  });

const textOf = (data: RawData): string =>
  (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)).toString();

/** Pings a client, and ends its connection if it has not answered by the next ping. */
function keepAlive(socket: WebSocket): NodeJS.Timeout {
  let isThere = true;
  socket.on('pong', () => void (isThere = true));
  return setInterval(() => {
    if (!isThere) return socket.terminate();
    isThere = false;
    if (socket.readyState === socket.OPEN) socket.ping();
  }, keepAliveMs).unref();
}

/** Counts the pings of a client: one costs the client little and the server an answer. */
function createPingBudget(): () => boolean {
  let left = maxPings;
  let since = Date.now();
  return () => {
    if (Date.now() - since > pingWindowMs) [left, since] = [maxPings, Date.now()];
    left -= 1;
    return left >= 0;
  };
}
