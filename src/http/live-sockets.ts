import { handleProtocols } from 'graphql-ws';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { AppError } from '../errors.ts';
import { answerHeaders } from './answer-headers.ts';
import { closeCodes } from './close-codes.ts';
import { sendProblemOn } from './problem.ts';

/** Makes WebSockets of the connections that were let in, and closes what is left of them. */
export interface LiveSockets {
  readonly accept: (request: IncomingMessage, connection: Duplex, head: Buffer, requestId: string) => void;
  readonly close: () => Promise<void>;
}

const mostFrameBytes = 64 * 1024;
/** How long a client has to answer that we close, before its connection is cut. */
const closingMs = 2_000;

export function createLiveSockets(
  serve: (socket: WebSocket, request: IncomingMessage, requestId: string) => void,
): LiveSockets {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: mostFrameBytes,
    handleProtocols,
    // What a client has completed is over before its next message is looked at.
    allowSynchronousEvents: false,
  });
  const requestIds = new WeakMap<IncomingMessage, string>();
  const idOf = (request: IncomingMessage): string => requestIds.get(request) ?? '';

  sockets.on('headers', (lines, request) => {
    for (const header of Object.entries(answerHeaders(idOf(request)))) lines.push(header.join(': '));
  });
  sockets.on('wsClientError', ({ message }, connection, request) => {
    const headers = { 'sec-websocket-version': '13' };
    sendProblemOn(connection, new AppError('BAD_REQUEST', `${message}.`, { headers }), idOf(request));
  });

  return {
    accept(request, connection, head, requestId) {
      requestIds.set(request, requestId);
      sockets.handleUpgrade(request, connection, head, (socket) => serve(socket, request, requestId));
    },
    async close() {
      for (const client of sockets.clients) client.close(closeCodes.goingAway, 'The server stops.');
      const timer = setTimeout(() => {
        for (const client of sockets.clients) client.terminate();
      }, closingMs);
      await new Promise((resolve) => sockets.close(resolve));
      clearTimeout(timer);
    },
  };
}
