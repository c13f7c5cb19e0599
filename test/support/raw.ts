import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Sends text as it is, and answers what comes back until the server ends the connection. */
export async function sendRaw(serverUrl: string, request: string): Promise<RawAnswer> {
  const socket = connect(Number(new URL(serverUrl).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(request);
  return parseAnswer(await text(socket));
}

/** A connection on which a test says one thing after the other. */
export interface Conversation {
  readonly socket: Socket;
  /** All that has come so far. */
  readonly heard: () => string;
  readonly isOver: Promise<unknown>;
}

export function converse(port: number, said: string): Conversation {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  let heard = '';
  socket.on('data', (data) => (heard += String(data)));
  const isOver = once(socket, 'close');
  socket.write(said);
  return { socket, heard: () => heard, isOver };
}

function parseAnswer(answer: string): RawAnswer {
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Headers(
    lines.map((line): [string, string] => [line.split(': ', 1)[0] ?? '', line.split(': ').slice(1).join(': ')]),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, body: rest.join('\r\n\r\n') };
}

/** The lines of a request's head, and what comes behind. */
export const rawRequest = (lines: readonly string[], body = ''): string => `${lines.join('\r\n')}\r\n\r\n${body}`;
