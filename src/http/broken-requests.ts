import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError, isErrno } from '../errors.ts';
import { sendProblem, sendProblemOn } from './problem.ts';

/** Connections on which something came that is no request, or stopped coming: node leaves it to us what becomes of them. */
export interface BrokenRequests {
  /** Notes what a connection's last request is answered by. */
  readonly begin: (response: ServerResponse, requestId: string) => void;
  /** Whether somebody is still owed an answer there. */
  readonly isAnswering: (connection: Duplex) => boolean;
  readonly refuse: (error: Error, connection: Duplex) => void;
  /** Whether a request was refused meanwhile, so that nothing else can be said of it. */
  readonly isRefused: (response: ServerResponse) => boolean;
}

interface Begun {
  readonly response: ServerResponse;
  readonly requestId: string;
}

export function createBrokenRequests(): BrokenRequests {
  const last = new WeakMap<Duplex, Begun>();
  const broken = new WeakSet<Duplex>();
  const refused = new WeakSet<ServerResponse>();
  const isOpen = ({ response }: Begun): boolean => !response.writableFinished;

  return {
    begin(response, requestId) {
      last.set(response.req.socket, { response, requestId });
    },
    isAnswering(connection) {
      const begun = last.get(connection);
      return begun !== undefined && isOpen(begun);
    },
    refuse(error, connection) {
      // Whatever else comes is told of again.
      if (broken.has(connection)) return;
      broken.add(connection);
      const begun = last.get(connection);
      if (begun === undefined || (!isOpen(begun) && begun.response.req.complete)) {
        return sendProblemOn(connection, refusalOf(error), randomUUID());
      }
      const { response, requestId } = begun;
      // What came behind a whole request is no part of it: that one is answered, and the connection closed.
      if (response.req.complete) return void response.once('close', () => connection.end());
      if (response.headersSent) return void connection.destroy();
      refused.add(response);
      response.setHeader('connection', 'close');
      sendProblem(response, refusalOf(error), requestId);
    },
    isRefused: (response) => refused.has(response),
  };
}

const refusals = {
  HPE_HEADER_OVERFLOW: { httpStatus: 431, message: 'The headers are larger than 16 KiB.' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { httpStatus: 413, message: 'The extensions of a chunk are larger than 16 KiB.' },
  ERR_HTTP_REQUEST_TIMEOUT: { httpStatus: 408, message: 'The request did not arrive in time.' },
};

function refusalOf(error: Error): AppError {
  const found = Object.entries(refusals).find(([code]) => isErrno(error, code))?.[1];
  const { message, httpStatus } = found ?? { httpStatus: 400, message: 'This is no HTTP/1.1 request.' };
  return new AppError('BAD_REQUEST', message, { httpStatus });
}
