import type { EntityManager } from '@mikro-orm/postgresql';
import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import { v4 } from 'uuid';
import type { Clock } from '../request/context.ts';
import { JobInterrupted, type Job } from './job.ts';
import { createLeases } from './leases.ts';

export interface SchedulerDeps {
  readonly jobs: readonly Job[];
  readonly fork: () => EntityManager;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

export interface Scheduler {
  /** Runs the jobs that are due every few minutes, until `close`. */
  readonly start: () => void;
  /**
   * Runs every job that is due and that no other node is running; answers how many rows each removed or made. A job
   * that fails keeps no other from running, and is tried again once its lease has run out.
   * @throws the first failure, once the other jobs have run.
   */
  readonly run: () => Promise<Map<string, number>>;
  readonly close: () => Promise<void>;
}

const everyMs = 5 * 60_000;
const pauseMs = 20;

/** Creates the scheduler of jobs; a lease makes sure that one node at a time runs each of them. */
export function createScheduler({ jobs, fork, clock, log }: SchedulerDeps): Scheduler {
  const leases = createLeases({ fork, clock, node: v4() });
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  async function run(): Promise<Map<string, number>> {
    const done = new Map<string, number>();
    const failures: unknown[] = [];
    for (const job of jobs) {
      if (isClosed) break;
      try {
        if (await leases.acquire(job.name)) done.set(job.name, await perform(job));
      } catch (error) {
        failures.push(error);
        if (!(error instanceof JobInterrupted)) log.warn({ err: error, job: job.name }, 'job failed');
      }
    }
    if (failures.length > 0) throw failures.find((error) => !(error instanceof JobInterrupted)) ?? failures[0];
    return done;
  }

  async function perform({ name, everySeconds, run: work }: Job): Promise<number> {
    const rows = await work({ fork, now: clock(), pause: () => pause(name), log });
    await leases.release(name, everySeconds);
    if (rows > 0) log.info({ job: name, rows }, 'job done');
    return rows;
  }

  async function pause(job: string): Promise<void> {
    await setTimeout(pauseMs);
    if (isClosed || !(await leases.renew(job))) throw new JobInterrupted();
  }

  function start(): void {
    if (isClosed) return;
    // A random wait keeps nodes from running at once, and from running while they start.
    const waitMs = everyMs * (0.1 + Math.random() * 0.9);
    timer = globalThis
      .setTimeout(() => {
        underWay = run().then(start, start);
      }, waitMs)
      .unref();
  }

  return {
    start,
    run,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}
