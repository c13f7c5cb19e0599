import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '../../errors.ts';
import type { CookieJar } from '../../request/cookie-jar.ts';
import type { ReportError } from '../../request/error-report.ts';
import type { AnswerHeaders } from '../server/answer-headers.ts';
import { requireAllowedOrigin } from '../server/cookies.ts';
import type { RequireHost } from '../server/hosts.ts';
import { sendProblemOn } from '../server/problem.ts';
import { createConnectionSlots, type SlotRange } from './connection-slots.ts';

/** Takes over a connection on which a client asks for a WebSocket. */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface UpgradeDeps {
  readonly cookiesOf: (request: IncomingMessage) => CookieJar;
  /** The paths at which there are WebSockets. */
  readonly paths: readonly string[];
  readonly clientIp: (request: IncomingMessage) => string;
  /** Lists the ranges of an IP address by which connections are counted. */
  readonly ipLevels: (ipAddress: string) => readonly SlotRange[];
  readonly requireHost: RequireHost;
  readonly answerHeaders: AnswerHeaders;
  readonly isStopping: () => boolean;
  readonly report: ReportError;
  readonly accept: (request: IncomingMessage, socket: Duplex, head: Buffer, requestId: string) => void;
}

const maxConnectionsPerIp = 200;
const retryAfterSeconds = 10;

/** Decides who may open a WebSocket, before a credential in `connection_init` is known. */
export function createUpgrade(deps: UpgradeDeps): Upgrade {
  const { cookiesOf, clientIp, ipLevels, isStopping, report, accept } = deps;
  const slots = createConnectionSlots(maxConnectionsPerIp);

  /** @throws RATE_LIMITED if the client's IP address has all the connections that it may have. */
  function takeSlot(request: IncomingMessage): () => void {
    const giveBack = slots.take(ipLevels(clientIp(request)));
    if (giveBack !== null) return giveBack;
    const message = `Your IP address already has ${maxConnectionsPerIp} connections. Close one first.`;
    throw new AppError('RATE_LIMITED', message, { retryAfterSeconds });
  }

  return (request, socket, head) => {
    // Nothing else listens from here on: a client that resets the connection would end the process.
    socket.on('error', () => socket.destroy());
    const requestId = randomUUID();
    try {
      if (isStopping()) throw new AppError('SERVICE_UNAVAILABLE', 'The server is stopping.', { retryAfterSeconds });
      deps.requireHost(request);
      requireOurs(request, deps.paths);
      requireAllowedOrigin(cookiesOf(request));
      socket.once('close', takeSlot(request));
      accept(request, socket, head, requestId);
    } catch (error) {
      sendProblemOn(socket, report(error, requestId), requestId, deps.answerHeaders);
    }
  };
}

/** @throws NOT_FOUND or BAD_REQUEST if the client does not ask for GraphQL. */
function requireOurs({ url = '', headers }: IncomingMessage, paths: readonly string[]): void {
  if (!paths.includes(url.split('?')[0] ?? '')) {
    throw new AppError('NOT_FOUND', 'There is no WebSocket at this URL; subscriptions are at /graphql.');
  }
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
  if (offered.includes(GRAPHQL_TRANSPORT_WS_PROTOCOL)) return;
  throw new AppError('BAD_REQUEST', `Use the WebSocket subprotocol ${GRAPHQL_TRANSPORT_WS_PROTOCOL}.`);
}
