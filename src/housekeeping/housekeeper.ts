import type { EntityManager } from '@mikro-orm/postgresql';
import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import { v4 } from 'uuid';
import type { Clock } from '../request.ts';
import { ChoreInterrupted, type Chore } from './chore.ts';
import { createTurns } from './turns.ts';

export interface HousekeeperDeps {
  readonly chores: readonly Chore[];
  readonly fork: () => EntityManager;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

export interface Housekeeper {
  /** Looks now and then whether something is due, until `close`. */
  readonly start: () => void;
  /**
   * Does everything that is due and that no other node is doing; answers how many rows each chore removed or made. What
   * fails keeps nothing else from being done, and is tried again when its turn has run out.
   * @throws the first failure, once the rest is done.
   */
  readonly run: () => Promise<Map<string, number>>;
  readonly close: () => Promise<void>;
}

const everyMs = 5 * 60_000;
const pauseMs = 20;

/** Keeps the database small: what has ended is removed in small steps, by one node at a time. */
export function createHousekeeper({ chores, fork, clock, log }: HousekeeperDeps): Housekeeper {
  const turns = createTurns({ fork, clock, node: v4() });
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  async function run(): Promise<Map<string, number>> {
    const done = new Map<string, number>();
    const failures: unknown[] = [];
    for (const chore of chores) {
      if (isClosed) break;
      try {
        if (await turns.take(chore.name)) done.set(chore.name, await perform(chore));
      } catch (error) {
        failures.push(error);
        if (!(error instanceof ChoreInterrupted)) log.warn({ err: error, chore: chore.name }, 'housekeeping failed');
      }
    }
    if (failures.length > 0) throw failures.find((error) => !(error instanceof ChoreInterrupted)) ?? failures[0];
    return done;
  }

  async function perform({ name, everySeconds, run: work }: Chore): Promise<number> {
    const rows = await work({ fork, now: clock(), pause: () => pause(name), log });
    await turns.finish(name, everySeconds);
    if (rows > 0) log.info({ chore: name, rows }, 'housekeeping');
    return rows;
  }

  async function pause(chore: string): Promise<void> {
    await setTimeout(pauseMs);
    if (isClosed || !(await turns.keep(chore))) throw new ChoreInterrupted();
  }

  function start(): void {
    if (isClosed) return;
    // Not all nodes at once, and not while they start.
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
