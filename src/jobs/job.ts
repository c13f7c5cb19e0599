import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';

/** Work that is due now and then, and done by one node at a time. */
export interface Job {
  /** The key of its lease: one name is one job on every node. */
  readonly name: string;
  readonly everySeconds: number;
  /** Does the work in small steps, each a transaction of its own; answers how many rows it removed or made. */
  readonly run: (context: JobContext) => Promise<number>;
}

export interface JobContext {
  readonly fork: () => EntityManager;
  readonly now: Date;
  /** Lets other work run between two steps. @throws JobInterrupted if this node stops, or lost the lease to another. */
  readonly pause: () => Promise<void>;
  readonly log: Pick<Logger, 'warn'>;
}

/** A job that stopped half-way; the rest is done at its next run. */
export class JobInterrupted extends Error {
  constructor() {
    super('The job was interrupted; its next run continues.');
    this.name = 'JobInterrupted';
  }
}
