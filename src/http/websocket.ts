import { GraphQLError, type ExecutionArgs, type FormattedExecutionResult, type GraphQLFormattedError } from 'graphql';
import {
  GRAPHQL_TRANSPORT_WS_PROTOCOL,
  handleProtocols,
  makeServer,
  type Context,
  type SubscribePayload,
} from 'graphql-ws';
import { randomUUID } from 'node:crypto';
import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { WebSocketServer, type WebSocket } from 'ws';
import { AppError } from '../errors.ts';
import type { ReportError } from '../report-error.ts';
import type { CookieJar, RequestScope } from '../request.ts';
import { hasCookies, presentedCookies } from './cookies.ts';
import { isAnyPresented, onlyCredential } from './credentials.ts';
import { closeCodes, openConnection, type Connection } from './live-connection.ts';
import { serveSocket, type SocketExtra } from './live-socket.ts';
import { createPlaces } from './places.ts';
import { createScopes, type ScopeDeps } from './scope.ts';
import { userAgentOf } from './user-agent.ts';

export interface WebSocketDeps extends ScopeDeps {
  readonly prepare: (request: SubscribePayload, scope: RequestScope) => ExecutionArgs | readonly GraphQLError[];
  readonly formatError: (error: GraphQLError, requestId: string) => GraphQLFormattedError;
  readonly report: ReportError;
  readonly log: Pick<Logger, 'debug' | 'error'>;
  /** What of an address its connections are counted by. */
  readonly addressKey: (address: string) => string;
  /** Calls back with the user whose account or session has changed. */
  readonly onAccountChange: (changed: (userId: string) => void) => () => void;
}

export interface LiveServer {
  /** Takes over an upgrade of `/graphql`. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly close: () => Promise<void>;
}

const mostFrameBytes = 64 * 1024;
const mostSubscriptions = 100;
const mostUnreadBytes = 1024 * 1024;
const mostConnectionsOfAnAddress = 200;
/** How long a client has to answer that we close, before its connection is cut. */
const closingMs = 2_000;

interface State extends Record<PropertyKey, unknown> {
  connection?: Connection;
  readonly requestId: string;
}
type SocketContext = Context<{ authorization?: unknown }, SocketExtra & Partial<State>>;

/** Subscriptions by graphql-transport-ws: the credential stands in the upgrade's headers or in `connection_init`. */
export function createLiveServer(deps: WebSocketDeps): LiveServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: mostFrameBytes, handleProtocols });
  const connections = new Set<Connection>();
  const places = createPlaces(mostConnectionsOfAnAddress);
  const { openCookies } = createScopes(deps);

  // A hint that an account has changed makes each of its connections look at its credential, which closes it if need be.
  const forget = deps.onAccountChange((userId) => {
    for (const connection of connections) if (connection.userId === userId) void connection.renew();
  });

  async function connect(context: SocketContext): Promise<boolean> {
    const { socket, request } = context.extra;
    const requestId = randomUUID();
    try {
      const connection = await openConnection(deps, {
        presented: {
          ...presentedBy(request, context.connectionParams?.authorization),
          ip: deps.clientAddress(request),
        },
        requestId,
        userAgent: userAgentOf(request),
        close: (code, reason) => socket.close(code, reason),
      });
      Object.assign(context.extra, { connection, requestId });
      connections.add(connection);
      return true;
    } catch (error) {
      const { code, message } = deps.report(error, requestId);
      socket.close(connectCloseCodes[code] ?? closeCodes.unavailable, message);
      return false;
    }
  }

  /** @throws BAD_REQUEST where there are two credentials. */
  function presentedBy(request: IncomingMessage, inInit: unknown) {
    const jar = jarOf(request);
    const credential = onlyCredential(request, jar);
    const cookies = presentedCookies(jar);
    if (inInit === undefined) return { ...credential, cookies };
    if (typeof inInit !== 'string' || isAnyPresented(credential) || hasCookies(jar)) {
      throw new AppError(
        'BAD_REQUEST',
        'Give one credential: in the headers of the upgrade, or as text in `authorization` of connection_init.',
      );
    }
    return { ...credential, authorization: inInit, cookies };
  }

  const jarOf = (request: IncomingMessage): CookieJar => openCookies(request, new ServerResponse(request));

  function subscribe(
    context: SocketContext,
    _: string,
    payload: SubscribePayload,
  ): ExecutionArgs | readonly GraphQLError[] {
    const { connection, socket } = context.extra;
    if (connection === undefined) throw new Error('A subscription before the connection was accepted.');
    if (Object.keys(context.subscriptions).length > mostSubscriptions) {
      const tooMany = `At most ${mostSubscriptions} subscriptions on a connection.`;
      socket.close(closeCodes.badRequest, tooMany);
      return [new GraphQLError(tooMany, { extensions: { code: 'BAD_REQUEST' } })];
    }
    return deps.prepare(payload, connection.scope());
  }

  const formatted = ({ extra }: SocketContext, errors: readonly GraphQLError[]): GraphQLFormattedError[] =>
    errors.map((error) => deps.formatError(error, extra.requestId ?? ''));

  const server = makeServer<{ authorization?: unknown }, SocketExtra & Partial<State>>({
    onConnect: connect,
    onSubscribe: subscribe,
    onError: (context, _, __, errors) => formatted(context, errors),
    onNext(context, _, __, ___, { data = null, errors }): FormattedExecutionResult | undefined {
      dropUnread(context.extra.socket);
      return errors === undefined ? undefined : { data, errors: formatted(context, errors) };
    },
    onClose({ extra: { connection } }) {
      if (connection === undefined) return;
      connections.delete(connection);
      connection.end();
    },
  });

  return {
    upgrade(request, socket, head) {
      // From here on nobody else listens: a client that resets the connection would end the process.
      socket.on('error', () => socket.destroy());
      const jar = jarOf(request);
      if (request.url?.split('?', 1)[0] !== '/graphql') return refuse(socket, '404 Not Found');
      if (!offersOurProtocol(request)) return refuse(socket, '400 Bad Request');
      if (hasCookies(jar) && !jar.originAllowed) return refuse(socket, '403 Forbidden');
      const giveBack = places.take(deps.addressKey(deps.clientAddress(request)));
      if (giveBack === null) return refuse(socket, '429 Too Many Requests');
      socket.once('close', giveBack);
      sockets.handleUpgrade(request, socket, head, (client: WebSocket) => {
        client.on('message', () => dropUnread(client));
        serveSocket(server, client, request, deps.log);
      });
    },
    async close() {
      forget();
      for (const client of sockets.clients) client.close(closeCodes.goingAway, 'The server stops.');
      const timer = setTimeout(() => {
        for (const client of sockets.clients) client.terminate();
      }, closingMs);
      await new Promise((resolve) => sockets.close(resolve));
      clearTimeout(timer);
    },
  };
}

const connectCloseCodes: Readonly<Partial<Record<AppError['code'], number>>> = {
  UNAUTHENTICATED: closeCodes.unauthorized,
  BAD_REQUEST: closeCodes.badRequest,
};

const offersOurProtocol = ({ headers }: IncomingMessage): boolean =>
  (headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((protocol) => protocol.trim())
    .includes(GRAPHQL_TRANSPORT_WS_PROTOCOL);

/** A client that sends, or is sent to, but does not read would have us keep its answers without end. */
function dropUnread(client: WebSocket): void {
  if (client.bufferedAmount > mostUnreadBytes) client.terminate();
}

function refuse(socket: Duplex, status: string): void {
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
