import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { launch } from './process.ts';

export interface OwnRedis {
  readonly port: number;
  readonly url: string;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** A Redis of the test's own, which it may stop and start again. */
export async function startRedis(): Promise<OwnRedis> {
  const port = await freePort();
  let stop = async (): Promise<void> => undefined;
  const args = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'];

  async function start(): Promise<void> {
    const { child, output, ended } = launch('redis-server', args, tmpdir(), { PATH: process.env['PATH'] });
    stop = async () => {
      child.kill('SIGKILL');
      await ended;
    };
    await reach(port, output);
  }

  await start();
  return { port, url: `redis://127.0.0.1:${port}`, start, stop: () => stop() };
}

/** A port where nobody listens, at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until somebody listens there. */
export async function reach(port: number, output: () => string): Promise<void> {
  for (let triesLeft = 200; ; triesLeft -= 1) {
    if (await answers(port)) return;
    if (triesLeft === 0) throw new Error(`nothing answers on port ${port}: ${output()}`);
    await setTimeout(50);
  }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true)));
    socket.on('error', () => resolve(false));
  });
