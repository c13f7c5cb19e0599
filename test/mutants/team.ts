import { fork, type ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { Order, Outcome } from './messages.ts';

const root = resolve(import.meta.dirname, '../..');
/** A run that has not ended by then never does. */
export const limitOf = (usualMs: number): number => 4 * usualMs + 3_000;
/** What the first run of a process takes longer, as it imports the sources. */
const startMs = 8_000;
/** What runs leave behind adds up. */
const maxRuns = 200;

/** A process that runs tests, and is replaced by another one whenever it could not be trusted any more. */
export class Member {
  #child: ChildProcess | undefined;
  #runs = 0;
  readonly #env: NodeJS.ProcessEnv;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  /** Runs a test file, and answers nothing if it did not end in time, or its process died. */
  async run(order: Order, limitMs: number): Promise<Outcome | undefined> {
    this.#child ??= this.#start();
    const child = this.#child;
    this.#runs += 1;
    const outcome = await new Promise<Outcome | undefined>((done) => {
      const timer = setTimeout(() => end(), limitMs + (this.#runs === 1 ? startMs : 0));
      const end = (answer?: Outcome): void => {
        clearTimeout(timer);
        child.removeAllListeners();
        done(answer);
      };
      child.once('exit', () => end());
      child.once('message', (answer: Outcome) => end(answer));
      child.send(order);
    });
    if (outcome === undefined || outcome.isSpoiled || this.#runs >= maxRuns) this.replace();
    return outcome;
  }

  /** Ends the process with all that it has started; the next run has a new one. */
  replace(): void {
    const pid = this.#child?.pid;
    // Nobody is told of an end that was wanted.
    this.#child?.removeAllListeners();
    this.#child = undefined;
    this.#runs = 0;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  }

  #start(): ChildProcess {
    return fork(join(import.meta.dirname, 'worker.ts'), {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execPath: join(root, 'node_modules/.bin/node'),
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: this.#env,
    });
  }
}
