import type { EntityManager } from '@mikro-orm/postgresql';
import type { Clock } from '../request.ts';
import { Turn } from './turn.entity.ts';

export interface Turns {
  /** Takes a chore that is due: of any number of nodes one gets it. */
  readonly take: (chore: string) => Promise<boolean>;
  /** Keeps a chore that takes long; false where another node has it by now. */
  readonly keep: (chore: string) => Promise<boolean>;
  /** Gives it back until it is due again. */
  readonly finish: (chore: string, everySeconds: number) => Promise<void>;
}

export interface TurnsDeps {
  readonly fork: () => EntityManager;
  readonly clock: Clock;
  /** Tells this node from others. */
  readonly node: string;
}

/** A node that says nothing for so long has died. */
const silenceSeconds = 300;

/** Turns at chores, by compare-and-set on one row for each. */
export function createTurns({ fork, clock, node }: TurnsDeps): Turns {
  const after = (seconds: number): Date => new Date(clock().getTime() + seconds * 1000);

  async function take(chore: string): Promise<boolean> {
    const taken = await fork()
      .getConnection()
      .execute<unknown[]>(
        `insert into housekeeping_turns (chore, due_at, node) values (?, ?, ?)
             on conflict (chore) do update set due_at = excluded.due_at, node = excluded.node
          where housekeeping_turns.due_at <= ? returning chore`,
        [chore, after(silenceSeconds), node, clock()],
      );
    return taken.length > 0;
  }

  const until = async (chore: string, dueAt: Date): Promise<boolean> =>
    (await fork().nativeUpdate(Turn, { chore, node }, { dueAt })) === 1;

  return {
    take,
    keep: (chore) => until(chore, after(silenceSeconds)),
    finish: async (chore, everySeconds) => void (await until(chore, after(everySeconds))),
  };
}
