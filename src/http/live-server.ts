import { GraphQLError, type ExecutionArgs, type FormattedExecutionResult, type GraphQLFormattedError } from 'graphql';
import { makeServer, type Context, type SubscribePayload } from 'graphql-ws';
import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import type { ReportError } from '../report-error.ts';
import type { CookieJar, RequestScope } from '../request.ts';
import { closeCodeOf } from './close-codes.ts';
import { openConnection, type Connection } from './live-connection.ts';
import { liveCredential } from './live-credential.ts';
import { dropUnread, serveSocket, type SocketExtra } from './live-socket.ts';
import { createLiveSockets } from './live-sockets.ts';
import { createLiveSubscriptions, type LiveSubscriptions } from './live-subscriptions.ts';
import { createScopes, type ScopeDeps } from './scope.ts';
import { createUpgrade, type Upgrade, type UpgradeDeps } from './upgrade.ts';
import { userAgentOf } from './user-agent.ts';

export interface LiveServerDeps extends ScopeDeps, Pick<UpgradeDeps, 'addressKey'> {
  readonly prepare: (request: SubscribePayload, scope: RequestScope) => ExecutionArgs | readonly GraphQLError[];
  readonly formatError: (error: GraphQLError, requestId: string) => GraphQLFormattedError;
  readonly report: ReportError;
  readonly log: Pick<Logger, 'debug' | 'error'>;
  /** Calls back with the user whose account or session has changed. */
  readonly onAccountChange: (changed: (userId: string) => void) => () => void;
}

export interface LiveServer {
  readonly upgrade: Upgrade;
  readonly close: () => Promise<void>;
}

const mostSubscriptions = 100;

interface Extra extends SocketExtra {
  readonly requestId: string;
  readonly subscriptions: LiveSubscriptions;
  /** There once the credential is known to be good. */
  connection?: Connection;
}
type SocketContext = Context<{ authorization?: unknown }, Extra>;

/** Subscriptions by graphql-transport-ws: the credential stands in the upgrade's headers or in `connection_init`. */
export function createLiveServer(deps: LiveServerDeps): LiveServer {
  const connections = new Set<Connection>();
  const { openCookies } = createScopes(deps);
  const cookiesOf = (request: IncomingMessage): CookieJar => openCookies(request, new ServerResponse(request));

  // A hint that an account has changed makes each of its connections look at its credential, which closes it if need be.
  const forget = deps.onAccountChange((userId) => {
    for (const connection of connections) if (connection.userId === userId) void connection.renew();
  });

  async function connect({ extra, connectionParams }: SocketContext): Promise<boolean> {
    const { socket, request, requestId } = extra;
    try {
      const credential = liveCredential(request, cookiesOf(request), connectionParams?.authorization);
      const connection = await openConnection(deps, {
        presented: { ...credential, ip: deps.clientAddress(request) },
        requestId,
        userAgent: userAgentOf(request),
        close: (code, reason) => socket.close(code, reason),
      });
      return enter(extra, connection);
    } catch (error) {
      const { code, message } = deps.report(error, requestId);
      socket.close(closeCodeOf(code), message);
      return false;
    }
  }

  /** Whoever has left while the credential was looked at would never leave again. */
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

  const formatted = ({ extra }: SocketContext, errors: readonly GraphQLError[]): GraphQLFormattedError[] =>
    errors.map((error) => deps.formatError(error, extra.requestId));

  const server = makeServer<{ authorization?: unknown }, Extra>({
    onConnect: connect,
    onSubscribe({ extra: { connection } }, _, payload) {
      if (connection === undefined) throw new Error('A subscription before the connection was accepted.');
      return deps.prepare(payload, connection.scope());
    },
    onOperation({ extra: { subscriptions } }, _, __, ___, result) {
      return isStream(result) ? (subscriptions.open(result) ?? { errors: [tooManySubscriptions()] }) : result;
    },
    onError: (context, _, __, errors) => formatted(context, errors),
    onNext(context, _, __, ___, { data = null, errors }): FormattedExecutionResult | undefined {
      dropUnread(context.extra.socket);
      return errors === undefined ? undefined : { data, errors: formatted(context, errors) };
    },
  });

  const failedToEnd = (error: unknown): void => deps.log.error({ err: error }, 'a subscription could not be ended');
  const sockets = createLiveSockets((socket, request, requestId) => {
    const extra = {
      socket,
      request,
      requestId,
      subscriptions: createLiveSubscriptions(mostSubscriptions, failedToEnd),
    };
    serveSocket(server, extra, deps.log);
    socket.once('close', (code) => leave(extra, code));
  });

  let isStopping = false;
  return {
    upgrade: createUpgrade({ ...deps, cookiesOf, accept: sockets.accept, isStopping: () => isStopping }),
    async close() {
      isStopping = true;
      forget();
      await sockets.close();
    },
  };
}

const isStream = <Result>(result: AsyncIterable<Result> | object): result is AsyncIterable<Result> =>
  Symbol.asyncIterator in result;

const tooManySubscriptions = (): GraphQLError =>
  new GraphQLError(`At most ${mostSubscriptions} subscriptions on a connection.`, {
    extensions: { code: 'BAD_REQUEST' },
  });
