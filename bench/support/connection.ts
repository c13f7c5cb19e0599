import { connect, type Socket } from 'node:net';

/** A connection that is kept alive; one request after the other. */
export interface Connection {
  /** Sends prepared bytes and answers the whole answer, head and body, once it is there. */
  readonly send: (request: Buffer) => Promise<string>;
  readonly close: () => void;
}

export interface Target {
  readonly port: number;
  readonly path: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function requestBytes({ port, path, body, headers = {} }: Target): Buffer {
  const lines = Object.entries({
    host: `127.0.0.1:${port}`,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

export async function openConnection(port: number): Promise<Connection> {
  const socket = await open(port);
  let received = '';
  let waiting: { resolve: (answer: string) => void; reject: (error: Error) => void } | undefined;
  const fail = (error: Error): void => waiting?.reject(error);
  socket.setEncoding('latin1');
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('The connection was closed.')));
  socket.on('data', (chunk: string) => {
    received += chunk;
    const length = answerLength(received);
    if (length === undefined || received.length < length) return;
    const answer = received;
    received = '';
    waiting?.resolve(answer);
  });
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

/** @throws Error if an answer is not 200. */
export const requireOk = (answer: string): string => requireStatus(answer, 200);

/** @throws Error if an answer has another status. */
export function requireStatus(answer: string, status: number): string {
  if (answer.startsWith(`HTTP/1.1 ${status} `)) return answer;
  throw new Error(`The server answered ${answer.slice(0, 400)}`);
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

function answerLength(received: string): number | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = received.slice(0, end);
  const declared = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (declared !== undefined) return end + 4 + Number(declared);
  if (!/\r\ntransfer-encoding: chunked/i.test(head)) return end + 4;
  const last = received.indexOf('\r\n0\r\n\r\n', end);
  return last === -1 ? undefined : last + 7;
}
