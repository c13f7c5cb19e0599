import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import { AppError, isErrno, StartError } from '../errors.ts';
import type { ReportError } from '../report-error.ts';
import { answerHeaders } from './answer-headers.ts';
import { createBrokenRequests } from './broken-requests.ts';
import { sendJson, sendProblem } from './problem.ts';
import type { Upgrade } from './upgrade.ts';

/** Answers a request; what it throws is reported and answered by the server. */
export type Handler = (request: IncomingMessage, response: ServerResponse, requestId: string) => Promise<void> | void;

export interface HttpServer {
  /** @returns the port, which the system chooses where `port` is 0. */
  listen(port: number, host: string): Promise<number>;
  /** Stops accepting, lets what is in flight finish for at most `graceMs`, then closes what is left. */
  drain(graceMs: number): Promise<void>;
}

/** Somebody else listens there. */
export class PortTakenError extends StartError {
  constructor(port: number) {
    super(`Port ${port} is taken: stop what listens there, or set PORT to another one.`);
  }
}

/** A request that has not arrived by then is given up; node looks this often. */
const defaultTimeoutMs = 30_000;
const publicMaxAgeSeconds = 300;

/** A `node:http` server over a table of paths. */
export function createHttpServer(
  routes: Readonly<Record<string, Handler>>,
  report: ReportError,
  upgrade: Upgrade,
  timeoutMs = defaultTimeoutMs,
): HttpServer {
  let isDraining = false;
  // Other protocols that a client offers to upgrade to are not ours: its request is answered as it is.
  const shouldUpgradeCallback = ({ headers }: IncomingMessage): boolean =>
    headers.upgrade?.toLowerCase() === 'websocket';
  const options = {
    requestTimeout: timeoutMs,
    headersTimeout: timeoutMs,
    connectionsCheckingInterval: timeoutMs,
    shouldUpgradeCallback,
    requireHostHeader: false,
  };
  const broken = createBrokenRequests();
  const server = createServer(options, (request, response) => void handle(request, response, route));

  server.on('checkExpectation', (request, response) => void handle(request, response, refuseExpectation));
  server.on('clientError', broken.refuse);
  server.on('upgrade', (request, socket, head) => {
    // Its refusal would be taken for the answer to what was asked before.
    if (broken.isAnswering(socket)) socket.destroy();
    else upgrade(request, socket, head);
  });

  async function handle(
    request: IncomingMessage,
    response: ServerResponse,
    handlerOf: (request: IncomingMessage) => Handler,
  ): Promise<void> {
    const requestId = randomUUID();
    broken.begin(response, requestId);
    response.setHeaders(new Map(Object.entries(answerHeaders(requestId))));
    if (isDraining) response.setHeader('connection', 'close');
    try {
      requireHost(request);
      await handlerOf(request)(request, response, requestId);
    } catch (error) {
      if (!broken.isRefused(response)) sendProblem(response, report(error, requestId), requestId);
    }
  }

  function route(request: IncomingMessage): Handler {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const handler = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (handler === undefined)
      throw new AppError('NOT_FOUND', 'There is nothing at this address; GraphQL is at /graphql.');
    return handler;
  }

  return {
    listen: (port, host) => listen(server, port, host),
    async drain(graceMs) {
      isDraining = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

/** One, and no more (RFC 9112 §3.2). Node would refuse none by itself, without what our answers have, and take two. */
function requireHost({ httpVersion, headersDistinct: { host = [] } }: IncomingMessage): void {
  if (host.length === 1 || (httpVersion !== '1.1' && host.length === 0)) return;
  throw new AppError('BAD_REQUEST', 'The request names no `Host`, or more than one.', {
    headers: { connection: 'close' },
  });
}

/** RFC 9110 §10.1.1: whatever is expected besides `100-continue` is not met. */
const refuseExpectation = (): Handler => () => {
  throw new AppError('BAD_REQUEST', 'Nothing but `100-continue` can be expected here.', { httpStatus: 417 });
};

function listen(server: Server, port: number, host: string): Promise<number> {
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

/** A handler for `GET` that answers JSON which anybody may cache for five minutes. */
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
  throw new AppError('BAD_REQUEST', 'This address is read by GET.', {
    httpStatus: 405,
    headers: { allow: 'GET, HEAD' },
  });
}
