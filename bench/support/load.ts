import { connect } from 'node:net';
import type { Socket } from 'node:net';

export interface Target {
  readonly port: number;
  readonly path: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Sends `count` requests with `inFlight` of them under way at any time, over as many connections, and answers the
 * seconds that it took. It writes prepared bytes and looks only for the end of each answer, so that the client costs
 * far less than any server that it measures.
 * @throws Error where an answer is not 200.
 */
export async function load(target: Target, count: number, inFlight: number): Promise<number> {
  const request = requestBytes(target);
  const sockets = await Promise.all(Array.from({ length: inFlight }, () => open(target.port)));
  let left = count;
  const start = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      const next = answersOf(socket);
      while (left > 0) {
        left -= 1;
        socket.write(request);
        await next();
      }
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  sockets.forEach((socket) => socket.destroy());
  return seconds;
}

function requestBytes({ port, path, body, headers = {} }: Target): Buffer {
  const lines = Object.entries({
    host: `127.0.0.1:${port}`,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Waits for one whole answer after the other; none is asked for before the last one is there. */
function answersOf(socket: Socket): () => Promise<void> {
  let received = '';
  let waiting: { resolve: () => void; reject: (error: Error) => void } | undefined;
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
    if (answer.startsWith('HTTP/1.1 200 ')) waiting?.resolve();
    else fail(new Error(`The server answered ${answer.slice(0, 400)}`));
  });
  return () =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
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
