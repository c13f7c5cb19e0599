import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createClient, type Client } from './client.ts';
import { noteLogged } from './secret-leak-check.ts';

/** Where the project is. */
export const root = join(import.meta.dirname, '../..');
/** What a process of the server inherits from its test: nothing but where programs are, and what was compiled before. */
export const inherited = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] };

const started = new Set<ChildProcess>();

/** Ends whatever this test file has started and not ended itself. */
export function killAll(): void {
  for (const child of started) child.kill('SIGKILL');
}

export interface Launched {
  readonly child: ChildProcess;
  /** What it has printed so far, errors included. */
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

/** Runs a program, and remembers it for `killAll`. */
export function launch(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Launched {
  const child = spawn(command, [...args], { cwd, env });
  started.add(child);
  let text = '';
  child.stdout.on('data', (data) => (text += String(data)));
  child.stderr.on('data', (data) => (text += String(data)));
  const ended = new Promise<number | null>((resolve) => {
    child.on('exit', (code) => resolve(code));
    child.on('error', (error) => {
      text += error.message;
      resolve(null);
    });
  });
  child.on('close', () => {
    started.delete(child);
    noteLogged(text.split('\n').filter((line) => line.startsWith('{')));
  });
  return { child, output: () => text, ended };
}

/** `npm start` in a folder, as a process of its own; whatever the test's own environment has is kept from it. */
export const launchServer = (folder: string, env: Readonly<Record<string, string>>, version = root): Launched =>
  launch(process.execPath, [join(version, 'start.js'), 'src/main.ts'], folder, {
    ...inherited,
    PORT: '0',
    DATA_DIR: folder,
    ...env,
  });

export interface ServerProcess extends Client {
  readonly url: string;
  readonly output: () => string;
  readonly pid: number;
  /** Sends a signal and answers the exit code. */
  readonly end: (signal: NodeJS.Signals) => Promise<number | null>;
}

/** Starts a server process, of this version or of a copy of it elsewhere, and waits until it answers. */
export async function startProcess(
  folder: string,
  env: Readonly<Record<string, string>> = {},
  version = root,
): Promise<ServerProcess> {
  const { child, output, ended } = launchServer(folder, env, version);
  const isOver = ended.then(() => {
    throw new Error(`the server ended: ${output()}`);
  });
  isOver.catch(() => undefined);
  const isReady = new Promise<string>((resolve) => {
    child.stdout?.on('data', () => {
      const [, port] = /(?:localhost|\[::1\]):(\d+)\/graphql/.exec(output()) ?? [];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    });
  });
  const url = await Promise.race([isReady, isOver]);
  return { ...createClient(url), url, output, pid: child.pid ?? 0, end: (signal) => (child.kill(signal), ended) };
}
