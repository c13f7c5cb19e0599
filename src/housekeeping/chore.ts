import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';

/** Something that has to be done now and then, by one node at a time. */
export interface Chore {
  /** Part of the table: the same name is the same chore on every node. */
  readonly name: string;
  readonly everySeconds: number;
  /** Does it in small steps, each a transaction of its own; answers how many rows it removed or made. */
  readonly run: (scope: ChoreScope) => Promise<number>;
}

export interface ChoreScope {
  readonly fork: () => EntityManager;
  readonly now: Date;
  /** Lets others work between two steps. @throws ChoreInterrupted where this node stops, or lost the chore to another. */
  readonly pause: () => Promise<void>;
  readonly log: Pick<Logger, 'warn'>;
}

/** What is left is done at the next turn. */
export class ChoreInterrupted extends Error {
  constructor() {
    super('The chore was interrupted; it goes on at its next turn.');
    this.name = 'ChoreInterrupted';
  }
}
