import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { AppError, isErrno } from '../errors.ts';
import type { ReportError } from '../report-error.ts';
import { sendJson, sendProblem } from './problem.ts';

/** Answers a request; what it throws is reported and answered by the server. */
export type Handler = (request: IncomingMessage, response: ServerResponse, requestId: string) => Promise<void> | void;

export interface HttpServer {
  /** @returns the port, which the system chooses where `port` is 0. */
  listen(port: number, host: string): Promise<number>;
  /** Stops accepting, lets what is in flight finish for at most `graceMs`, then closes what is left. */
  drain(graceMs: number): Promise<void>;
}

/** Somebody else listens there. */
export class PortTakenError extends Error {
  constructor(port: number) {
    super(`Port ${port} is taken: stop what listens there, or set PORT to another one.`);
    this.name = 'PortTakenError';
  }
}

const requestTimeoutMs = 30_000;
const publicMaxAgeSeconds = 300;

/** A `node:http` server over a table of paths. */
export function createHttpServer(
  routes: Readonly<Record<string, Handler>>,
  report: ReportError,
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
): HttpServer {
  let isDraining = false;
  // Other protocols that a client offers to upgrade to are not ours: its request is answered as it is.
  const shouldUpgradeCallback = ({ headers }: IncomingMessage): boolean =>
    headers.upgrade?.toLowerCase() === 'websocket';
  const server = createServer({ requestTimeout: requestTimeoutMs, shouldUpgradeCallback }, (request, response) => {
    void handle(request, response);
  });

  server.on('upgrade', upgrade);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    response.setHeader('x-request-id', requestId);
    response.setHeader('x-content-type-options', 'nosniff');
    if (isDraining) response.setHeader('connection', 'close');
    try {
      await route(request)(request, response, requestId);
    } catch (error) {
      sendProblem(response, report(error, requestId), requestId);
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
