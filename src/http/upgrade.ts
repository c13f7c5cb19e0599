import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '../errors.ts';
import type { ReportError } from '../report-error.ts';
import type { CookieJar } from '../request.ts';
import { requireAllowedOrigin } from './cookies.ts';
import { createPlaces } from './places.ts';
import { sendProblemOn } from './problem.ts';

/** Takes over a connection whose client asks for a WebSocket. */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface UpgradeDeps {
  readonly cookiesOf: (request: IncomingMessage) => CookieJar;
  readonly clientAddress: (request: IncomingMessage) => string;
  /** What of an address its connections are counted by. */
  readonly addressKey: (address: string) => string;
  readonly isStopping: () => boolean;
  readonly report: ReportError;
  readonly accept: (request: IncomingMessage, socket: Duplex, head: Buffer, requestId: string) => void;
}

const mostConnectionsOfAnAddress = 200;
const retryAfterSeconds = 10;

/** Decides who may open a WebSocket, before anything is known of a credential in `connection_init`. */
export function createUpgrade({
  cookiesOf,
  clientAddress,
  addressKey,
  isStopping,
  report,
  accept,
}: UpgradeDeps): Upgrade {
  const places = createPlaces(mostConnectionsOfAnAddress);

  /** @throws RATE_LIMITED where its address has as many connections as it may have. */
  function takePlace(request: IncomingMessage): () => void {
    const giveBack = places.take(addressKey(clientAddress(request)));
    if (giveBack !== null) return giveBack;
    const message = `Your address has ${mostConnectionsOfAnAddress} connections already.`;
    throw new AppError('RATE_LIMITED', message, { retryAfterSeconds });
  }

  return (request, socket, head) => {
    // From here on nobody else listens: a client that resets the connection would end the process.
    socket.on('error', () => socket.destroy());
    const requestId = randomUUID();
    try {
      if (isStopping()) throw new AppError('SERVICE_UNAVAILABLE', 'The server stops.', { retryAfterSeconds });
      requireOurs(request);
      requireAllowedOrigin(cookiesOf(request));
      socket.once('close', takePlace(request));
      accept(request, socket, head, requestId);
    } catch (error) {
      sendProblemOn(socket, report(error, requestId), requestId);
    }
  };
}

/** @throws NOT_FOUND or BAD_REQUEST where it is not GraphQL that the client is after. */
function requireOurs({ url = '', headers }: IncomingMessage): void {
  if (url.split('?', 1)[0] !== '/graphql') {
    throw new AppError('NOT_FOUND', 'There is no WebSocket at this address; subscriptions are at /graphql.');
  }
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
  if (offered.includes(GRAPHQL_TRANSPORT_WS_PROTOCOL)) return;
  throw new AppError('BAD_REQUEST', `Subscriptions are served by the subprotocol ${GRAPHQL_TRANSPORT_WS_PROTOCOL}.`);
}
