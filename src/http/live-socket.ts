import type { Server } from 'graphql-ws';
import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import type { RawData, WebSocket } from 'ws';
import { closeCodes } from './close-codes.ts';

/** What graphql-ws is given beside each socket. */
export interface SocketExtra {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
}

/** How often we ask whether a client is still there. */
const keepAliveMs = 12_000;
const mostPings = 20;
const pingWindowMs = 10_000;
const mostUnreadBytes = 1024 * 1024;

/**
 * Speaks graphql-transport-ws on one socket. graphql-ws's own adapter does the same, but answers any number of pings,
 * and writes what a client did wrong to the console.
 */
export function serveSocket<Extra extends SocketExtra>(
  server: Server<Extra>,
  extra: Extra,
  log: Pick<Logger, 'debug' | 'error'>,
): void {
  const { socket } = extra;
  const mayPing = createPingBudget();
  const refuseUnlimited = (): boolean => {
    if (mayPing()) return false;
    socket.close(closeCodes.tooMany, 'Too many pings.');
    return true;
  };
  const failed = (error: unknown): void => {
    log.error({ err: error }, 'a message of a WebSocket could not be handled');
    socket.close(closeCodes.internalError, 'Internal server error');
  };

  // What breaks RFC 6455 has been told to the client by its close code already.
  socket.on('error', (error) => log.debug({ err: error }, 'a WebSocket was broken off by its client'));
  socket.on('ping', refuseUnlimited);
  socket.on('message', () => dropUnread(socket));
  const keptAlive = keepAlive(socket);

  const closed = server.opened(
    {
      protocol: socket.protocol,
      send: (text) => send(socket, text),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (handle) => socket.on('message', (data) => void handle(textOf(data)).catch(failed)),
      onPing: async () => {
        if (!refuseUnlimited()) await send(socket, '{"type":"pong"}');
      },
    },
    extra,
  );
  socket.once('close', (code, reason) => {
    clearInterval(keptAlive);
    closed(code, String(reason)).catch(failed);
  });
}

/** A client that sends, or is sent to, but does not read would have us keep its answers without end. */
export function dropUnread(socket: WebSocket): void {
  if (socket.bufferedAmount > mostUnreadBytes) socket.terminate();
}

/** What a socket had in flight when it broke is nobody's to read any more; that it broke, it tells by itself. */
const send = (socket: WebSocket, text: string): Promise<void> =>
  new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    socket.send(text, () => resolve());
  });

const textOf = (data: RawData): string =>
  (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)).toString();

/** Pings a client, and ends its connection where it has not answered by the next time. */
function keepAlive(socket: WebSocket): NodeJS.Timeout {
  let isThere = true;
  socket.on('pong', () => void (isThere = true));
  return setInterval(() => {
    if (!isThere) return socket.terminate();
    isThere = false;
    if (socket.readyState === socket.OPEN) socket.ping();
  }, keepAliveMs).unref();
}

/** Pings cost a client little and us an answer: a client that works sends one in some seconds. */
function createPingBudget(): () => boolean {
  let left = mostPings;
  let since = Date.now();
  return () => {
    if (Date.now() - since > pingWindowMs) [left, since] = [mostPings, Date.now()];
    left -= 1;
    return left >= 0;
  };
}
