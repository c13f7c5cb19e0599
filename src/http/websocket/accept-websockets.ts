import { handleProtocols } from 'graphql-ws';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { AppError } from '../../errors.ts';
import type { AnswerHeaders } from '../server/answer-headers.ts';
import { sendProblemOn } from '../server/problem.ts';
import { closeCodes } from './close-codes.ts';

/** Turns accepted connections into WebSockets, and closes those that are left at the end. */
export interface WebSockets {
  readonly accept: (request: IncomingMessage, connection: Duplex, head: Buffer, requestId: string) => void;
  readonly close: () => Promise<void>;
}

const maxMessageBytes = 64 * 1024;
/**
 * Pieces of one message, and pieces of the network that wait for the rest of a frame; a client that works sends one.
 */
const maxFragments = 32;
const maxBufferedChunks = 1_024;
/** The time that a client has to answer a close frame before its connection is cut. */
const closingMs = 2_000;

export function createWebSockets(
  answerHeaders: AnswerHeaders,
  serve: (socket: WebSocket, request: IncomingMessage, requestId: string) => void,
): WebSockets {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    maxFragments,
    maxBufferedChunks,
    handleProtocols,
    // A subscription that a client completes has ended before the client's next message is read.
    allowSynchronousEvents: false,
  });
  const requestIds = new WeakMap<IncomingMessage, string>();
  const idOf = (request: IncomingMessage): string => requestIds.get(request) ?? '';

  sockets.on('headers', (lines, request) => {
    for (const header of Object.entries(answerHeaders(idOf(request)))) lines.push(header.join(': '));
  });
  sockets.on('wsClientError', ({ message }, connection, request) => {
    const headers = { 'sec-websocket-version': '13' };
    sendProblemOn(connection, new AppError('BAD_REQUEST', `${message}.`, { headers }), idOf(request), answerHeaders);
  });

  return {
    accept(request, connection, head, requestId) {
      requestIds.set(request, requestId);
      sockets.handleUpgrade(request, connection, head, (socket) => serve(socket, request, requestId));
    },
    async close() {
      for (const client of sockets.clients) client.close(closeCodes.goingAway, 'The server is stopping.');
      const timer = setTimeout(() => {
        for (const client of sockets.clients) client.terminate();
      }, closingMs);
      await new Promise((resolve) => sockets.close(resolve));
      clearTimeout(timer);
    },
  };
}
