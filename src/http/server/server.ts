import { createServer, IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Server as TcpServer, type Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import { AppError, isErrno, StartError } from '../../errors.ts';
import type { ReportError } from '../../request/error-report.ts';
import type { Upgrade } from '../websocket/upgrade.ts';
import type { AnswerHeaders } from './answer-headers.ts';
import { Answer } from './answer.ts';
import { bodyTooLarge } from './body.ts';
import { createBrokenRequests } from './broken-requests.ts';
import type { RequireHost } from './hosts.ts';
import { type NoteProblem, sendJson, sendProblem } from './problem.ts';
import type { Unsent } from './unsent.ts';

/** Answers a request; the server reports and answers what it throws. */
export type Handler = (request: IncomingMessage, response: Answer, requestId: string) => Promise<void> | void;

export interface HttpServer {
  /** @returns the port, which the system chooses if `port` is 0. */
  listen(port: number, host: string): Promise<number>;
  /** Stops accepting, lets requests in flight finish for at most `graceMs`, then closes what is left. */
  drain(graceMs: number): Promise<void>;
}

/** Another process listens on the port. */
export class PortTakenError extends StartError {
  constructor(port: number) {
    super(`Port ${port} is in use: stop the process that listens there, or set PORT to another port.`);
  }
}

/** The time that a request may take to arrive, and the interval at which Node checks it. */
const defaultTimeoutMs = 30_000;
/** The time that a client may take to read its answer. */
const defaultSendTimeoutMs = 60_000;
/** How often a server that stops looks for connections that have become idle. */
const idleLookMs = 100;
const publicMaxAgeSeconds = 300;

export interface HttpServerDeps {
  /** Handlers by their paths; one that ends in `/*` is for every path below it that has none of its own. */
  readonly routes: Readonly<Record<string, Handler>>;
  readonly report: ReportError;
  /** Called for a request that no handler answered, with the error that is its answer, and for each body that is too large. */
  readonly onProblem?: NoteProblem;
  readonly upgrade: Upgrade;
  readonly unsent: Unsent;
  readonly answerHeaders: AnswerHeaders;
  readonly requireHost: RequireHost;
  readonly keepAliveSeconds: number;
  readonly timeoutMs?: number;
  readonly sendTimeoutMs?: number;
}

/** Creates a `node:http` server over a table of paths. */
export function createHttpServer(deps: HttpServerDeps): HttpServer {
  const {
    routes,
    report,
    onProblem,
    upgrade,
    unsent,
    answerHeaders,
    requireHost,
    keepAliveSeconds,
    timeoutMs = defaultTimeoutMs,
    sendTimeoutMs = defaultSendTimeoutMs,
  } = deps;
  // The deepest first; one comparison for each, since a path can have thousands of parts.
  const folders = Object.entries(routes)
    .filter(([path]) => path.endsWith('/*'))
    .map(([path, handler]) => ({ folder: path.slice(0, -1), handler }))
    .toSorted((one, other) => other.folder.length - one.folder.length);
  let isDraining = false;
  let onTheirWay = 0;
  const connections = new Set<Socket>();
  // A client may offer to upgrade to another protocol: its request is answered as it is.
  const shouldUpgradeCallback = ({ headers }: IncomingMessage): boolean =>
    headers.upgrade?.toLowerCase() === 'websocket';
  const options = {
    requestTimeout: timeoutMs,
    headersTimeout: timeoutMs,
    connectionsCheckingInterval: timeoutMs,
    keepAliveTimeout: keepAliveSeconds * 1_000,
    shouldUpgradeCallback,
    requireHostHeader: false,
    IncomingMessage,
    ServerResponse: Answer,
  };
  const broken = createBrokenRequests(answerHeaders);
  const server = createServer(options, (request, response) => void handle(request, response, route));

  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  server.on('checkExpectation', (request, response) => void handle(request, response, refuseExpectation));
  server.on('clientError', broken.refuse);
  server.on('upgrade', (request, socket, head) => {
    // A refusal would be taken for the answer to the request before.
    if (broken.isAnswering(socket)) socket.destroy();
    else upgrade(request, socket, head);
  });

  async function handle(
    request: IncomingMessage,
    response: Answer,
    handlerOf: (request: IncomingMessage) => Handler,
  ): Promise<void> {
    const requestId = randomUUID();
    broken.begin(response, requestId);
    onTheirWay += 1;
    response.once('close', () => (onTheirWay -= 1));
    const headers = answerHeaders(requestId);
    for (const name in headers) response.setDefault(name, headers[name] ?? '');
    if (isDraining) response.setHeader('connection', 'close');
    try {
      requireHost(request);
      await handlerOf(request)(request, response, requestId);
      // Of a page or a token endpoint, which say so in a shape of their own.
      if (response.statusCode === 413) onProblem?.(bodyTooLarge(), request, requestId);
    } catch (error) {
      if (!broken.isRefused(response)) refuse(error, request, response, requestId);
    }
    if (response.writableLength > 0 || !response.writableEnded) followUntilSent(response);
  }

  /** Answers with an error. What cannot be written even then, such as a header of it, ends the connection. */
  function refuse(error: unknown, request: IncomingMessage, response: Answer, requestId: string): void {
    const problem = report(error, requestId);
    onProblem?.(problem, request, requestId);
    try {
      sendProblem(response, problem, requestId);
    } catch (failure) {
      report(failure, requestId);
      response.destroy();
    }
  }

  /** Cuts a connection whose client does not read its answer, be it a file on its way, or reads it too slowly. */
  function followUntilSent(response: ServerResponse): void {
    const { socket } = response.req;
    const markSent = unsent.add(socket, response.writableLength);
    const timer = setTimeout(() => socket.destroy(), sendTimeoutMs).unref();
    response.once('finish', () => {
      clearTimeout(timer);
      markSent();
    });
  }

  function route(request: IncomingMessage): Handler {
    const { url = '' } = request;
    const queryAt = url.indexOf('?');
    const path = queryAt === -1 ? url : url.slice(0, queryAt);
    const handler = Object.hasOwn(routes, path)
      ? routes[path]
      : folders.find(({ folder }) => path.startsWith(folder))?.handler;
    if (handler === undefined) throw new AppError('NOT_FOUND', 'There is nothing at this URL; GraphQL is at /graphql.');
    return handler;
  }

  return {
    listen: (port, host) => listen(server, port, host),
    async drain(graceMs) {
      isDraining = true;
      // An HTTP server that is closed counts connections as idle whose answer has ended and is not sent yet, and cuts them.
      const closed = new Promise<void>((resolve) => TcpServer.prototype.close.call(server, () => resolve()));
      const endIdle = (): void => {
        for (const connection of connections) if (connection.bytesRead === 0) connection.destroy();
        if (onTheirWay === 0) server.closeIdleConnections();
      };
      endIdle();
      // An answer that began before has promised to keep its connection: Node ends that after `keepAliveTimeout` alone.
      const ending = setInterval(endIdle, idleLookMs);
      const cutting = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearInterval(ending);
      // By now it ends nothing but its own timer.
      server.close();
      clearTimeout(cutting);
    },
  };
}

/** Refuses every expectation but `100-continue` (RFC 9110 §10.1.1). */
const refuseExpectation = (): Handler => () => {
  throw new AppError('BAD_REQUEST', 'The only supported expectation is `100-continue`.', { httpStatus: 417 });
};

function listen(server: Server<typeof IncomingMessage, typeof Answer>, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(isErrno(error, 'EADDRINUSE') ? new PortTakenError(port) : error);
    });
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Creates a handler for `GET` that answers JSON which any cache may keep for five minutes. */
export const publicJson =
  (body: () => unknown): Handler =>
  (request, response) => {
    requireGet(request);
    response.setHeader('cache-control', `public, max-age=${publicMaxAgeSeconds}`);
    response.setHeader('access-control-allow-origin', '*');
    sendJson(response, 200, body());
  };

export function requireGet({ method }: IncomingMessage): void {
  if (method === 'GET' || method === 'HEAD') return;
  throw new AppError('BAD_REQUEST', 'Send this request by GET.', {
    httpStatus: 405,
    headers: { allow: 'GET, HEAD' },
  });
}
