import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { arenas, v8Options } from '../../src/config/memory.ts';
import type { Usage } from './serve.ts';

export interface BenchServer {
  readonly port: number;
  /** Where the bare `node:http` route of the same process answers. */
  readonly barePort: number;
  readonly usage: () => Promise<Usage>;
  readonly stop: () => Promise<void>;
}

export const environment = {
  NODE_ENV: 'production',
  // Demo accounts are refused in production: everybody who signs in here registers first.
  REGISTRATION: 'open',
  MASTER_KEY: randomBytes(32).toString('base64'),
  PUBLIC_URL: 'http://localhost:4000',
  ACCESS_TOKEN_TTL: '86400',
  LOG_LEVEL: 'error',
};

export interface ServerOptions {
  /** Counts statements, which costs time. */
  readonly isCounting?: boolean;
  /** The answer of the bare route. */
  readonly constant?: string;
  /** Further options of Node, such as `--cpu-prof`. */
  readonly execArgv?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts the server as it runs in production, on the database given. */
export async function startServer(databaseUrl: string, options: ServerOptions = {}): Promise<BenchServer> {
  const child = fork(fileURLToPath(new URL('./serve.ts', import.meta.url)), {
    env: {
      PATH: process.env['PATH'],
      ...environment,
      // The server gives itself this in production; a process that was forked cannot.
      [arenas]: '1',
      ...options.environment,
      DATABASE_URL: databaseUrl,
      BENCH_COUNT: options.isCounting === true ? 'on' : 'off',
      ...(options.constant === undefined ? {} : { BENCH_CONSTANT: options.constant }),
    },
    execArgv: [...v8Options, ...(options.execArgv ?? [])],
    serialization: 'advanced',
  });
  const ports = await answerOf<{ port: number; barePort: number }>(child);
  return {
    ...ports,
    usage: () => {
      const answer = answerOf<Usage>(child);
      child.send('usage');
      return answer;
    },
    async stop() {
      const exit = once(child, 'exit');
      child.send('stop');
      await exit;
    },
  };
}

/** The next message of a process; fails where it ends instead. */
function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`The server ended with code ${code}.`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message as Answer);
    });
  });
}
