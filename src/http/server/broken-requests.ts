import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError, isErrno } from '../../errors.ts';
import type { AnswerHeaders } from './answer-headers.ts';
import { sendProblem, sendProblemOn } from './problem.ts';

/** Handles connections that carry a malformed or unfinished request, which Node leaves to us. */
export interface BrokenRequests {
  /** Notes the answer to a connection's latest request. */
  readonly begin: (response: ServerResponse, requestId: string) => void;
  /** Tells whether an answer on this connection is not finished yet. */
  readonly isAnswering: (connection: Duplex) => boolean;
  readonly refuse: (error: Error, connection: Duplex) => void;
  /** Tells whether a request has been refused meanwhile, so that it needs no other answer. */
  readonly isRefused: (response: ServerResponse) => boolean;
}

interface Begun {
  readonly response: ServerResponse;
  readonly requestId: string;
}

export function createBrokenRequests(answerHeaders: AnswerHeaders): BrokenRequests {
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
      // Node reports every further piece of the same connection again.
      if (broken.has(connection)) return;
      broken.add(connection);
      const begun = last.get(connection);
      if (begun === undefined || (!isOpen(begun) && begun.response.req.complete)) {
        return sendProblemOn(connection, refusalOf(error), randomUUID(), answerHeaders);
      }
      const { response, requestId } = begun;
      // Bytes that follow a whole request are no part of it: the request is answered, and the connection closed.
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
  const { message, httpStatus } = found ?? { httpStatus: 400, message: 'Malformed HTTP/1.1 request.' };
  return new AppError('BAD_REQUEST', message, { httpStatus });
}
