import {
  GraphQLError,
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
} from 'graphql';
import { makeServer, type Context, type SubscribePayload } from 'graphql-ws';
import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import type { RequestContext } from '../../request/context.ts';
import type { CookieJar } from '../../request/cookie-jar.ts';
import type { ReportError } from '../../request/error-report.ts';
import { createRequestContexts, type RequestContextDeps } from '../request-context.ts';
import { userAgentOf } from '../server/client.ts';
import type { NoteProblem } from '../server/problem.ts';
import type { Unsent } from '../server/unsent.ts';
import { createWebSockets } from './accept-websockets.ts';
import { closeCodeOf } from './close-codes.ts';
import { createConnectionSlots } from './connection-slots.ts';
import { createUpgrade, type Upgrade, type UpgradeDeps } from './upgrade.ts';
import { type Connection, openConnection } from './websocket-connection.ts';
import { websocketCredential } from './websocket-credential.ts';
import { createWebSocketSubscriptions, type WebSocketSubscriptions } from './websocket-subscriptions.ts';
import { dropUnread, serveSocket, type SocketExtra } from './websocket-transport.ts';

export interface SubscriptionServerDeps
  extends RequestContextDeps, Pick<UpgradeDeps, 'answerHeaders' | 'ipLevels' | 'paths' | 'requireHost'> {
  readonly prepare: (request: SubscribePayload, context: RequestContext) => ExecutionArgs | readonly GraphQLError[];
  /** Subscribes as graphql-js does: events are executed within the bounds of an operation. */
  readonly subscribe: (args: ExecutionArgs) => Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;
  /** Describes the errors of one message as clients see them: no more of them than an answer shows. */
  readonly formatErrors: (errors: readonly GraphQLError[], requestId: string) => readonly GraphQLFormattedError[];
  /** Returns the error by which a result that is too large is replaced; null for any other. */
  readonly excessOf: (result: unknown) => GraphQLError | null;
  /** Called for a subscription that is refused, or a result that is replaced, with the errors in its place. */
  readonly onRefused: (context: RequestContext, errors: readonly GraphQLError[]) => void;
  readonly report: ReportError;
  readonly noteProblem: NoteProblem;
  readonly unsent: Unsent;
  readonly log: Pick<Logger, 'debug' | 'error'>;
  /** Calls back with the id of a user whose account or session has changed, or of another credential that ended. */
  readonly onAccountChange: (changed: (id: string) => void) => () => void;
}

export interface SubscriptionServer {
  readonly upgrade: Upgrade;
  readonly close: () => Promise<void>;
}

const maxSubscriptions = 100;
const maxSubscriptionsOfUser = 200;

interface Extra extends SocketExtra {
  readonly requestId: string;
  readonly subscriptions: WebSocketSubscriptions;
  /** Set once the credential has been accepted. */
  connection?: Connection;
}
type SocketContext = Context<Record<string, unknown> | undefined, Extra>;

/** Serves subscriptions by graphql-transport-ws; the credential is in the upgrade's headers or in `connection_init`. */
export function createSubscriptionServer(deps: SubscriptionServerDeps): SubscriptionServer {
  const connections = new Set<Connection>();
  const { openCookies } = createRequestContexts(deps);
  const cookiesOf = (request: IncomingMessage): CookieJar => openCookies(request, new ServerResponse(request), null);

  // An event about an account makes each of its connections check its credential again, which may close it.
  const unsubscribe = deps.onAccountChange((id) => {
    for (const connection of connections) if (connection.concerns(id)) void connection.renew();
  });

  async function connect({ extra, connectionParams }: SocketContext): Promise<boolean> {
    const { socket, request, requestId } = extra;
    try {
      const credential = websocketCredential(request, cookiesOf(request), connectionParams);
      const connection = await openConnection(deps, {
        presented: { ...credential, ipAddress: deps.clientIp(request) },
        requestId,
        userAgent: userAgentOf(request),
        close: (code, reason) => socket.close(code, reason),
      });
      return enter(extra, connection);
    } catch (error) {
      const problem = deps.report(error, requestId);
      deps.noteProblem(problem, request, requestId);
      socket.close(closeCodeOf(problem.code), problem.message);
      return false;
    }
  }

  /** Registers a connection, unless its client left while the credential was checked: it would never leave again. */
  function enter(extra: Extra, connection: Connection): boolean {
    if (extra.socket.readyState !== extra.socket.OPEN) {
      connection.end();
      return false;
    }
    extra.connection = connection;
    connections.add(connection);
    return true;
  }

  function leave({ requestId, connection, subscriptions }: Extra, code: number): void {
    subscriptions.endAll();
    connection?.end();
    if (connection !== undefined) connections.delete(connection);
    deps.log.debug({ requestId, code, connections: connections.size }, 'a WebSocket was closed');
  }

  /** Counts the subscriptions of a user on all of its connections; those of anonymous callers by IP address. */
  const slots = createConnectionSlots(maxSubscriptionsOfUser);
  const takeSlot = ({ connection, request }: Extra): (() => void) | null =>
    slots.take([{ key: connection?.userId ?? deps.clientIp(request), factor: 1 }]);

  const formatted = ({ extra }: SocketContext, errors: readonly GraphQLError[]): readonly GraphQLFormattedError[] =>
    deps.formatErrors(errors, extra.requestId);

  const server = makeServer<Record<string, unknown> | undefined, Extra>({
    onConnect: connect,
    subscribe: deps.subscribe,
    onSubscribe({ extra: { connection } }, _, payload) {
      if (connection === undefined) throw new Error('A subscription arrived before the connection was accepted.');
      const context = connection.context();
      const prepared = deps.prepare(payload, context);
      if (!('schema' in prepared)) deps.onRefused(context, prepared);
      return prepared;
    },
    onOperation({ extra }, _, __, ___, result) {
      if (!isStream(result)) return result;
      const refusal = extra.subscriptions.isFull() ? tooManyOfConnection() : tooManyOfUser();
      return extra.subscriptions.open(result, () => takeSlot(extra)) ?? { errors: [refusal] };
    },
    onError: (context, _, __, errors) => formatted(context, errors),
    onNext(context, _, __, ___, { data = null, errors }): FormattedExecutionResult {
      dropUnread(context.extra.socket);
      const result = errors === undefined ? { data } : { data, errors: formatted(context, errors) };
      const excess = deps.excessOf(result);
      const refusing = excess === null ? (errors ?? []) : [excess];
      if (refusing.length > 0 && context.extra.connection !== undefined)
        deps.onRefused(context.extra.connection.context(), refusing);
      return excess === null ? result : { data: null, errors: formatted(context, [excess]) };
    },
  });

  const failedToEnd = (error: unknown): void => deps.log.error({ err: error }, 'a subscription could not be ended');
  const sockets = createWebSockets(deps.answerHeaders, (socket, request, requestId) => {
    const extra = {
      socket,
      request,
      requestId,
      subscriptions: createWebSocketSubscriptions(maxSubscriptions, failedToEnd),
    };
    serveSocket(server, extra, deps);
    socket.once('close', (code) => leave(extra, code));
  });

  let isStopping = false;
  return {
    upgrade: createUpgrade({ ...deps, cookiesOf, accept: sockets.accept, isStopping: () => isStopping }),
    async close() {
      isStopping = true;
      unsubscribe();
      await sockets.close();
    },
  };
}

const isStream = <Result>(result: AsyncIterable<Result> | object): result is AsyncIterable<Result> =>
  Symbol.asyncIterator in result;

const tooManyOfConnection = (): GraphQLError => tooMany(`At most ${maxSubscriptions} subscriptions on a connection.`);

const tooManyOfUser = (): GraphQLError => tooMany(`At most ${maxSubscriptionsOfUser} subscriptions of a user.`);

const tooMany = (message: string): GraphQLError => new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } });
