import type { EntityManager } from '@mikro-orm/postgresql';
import type { Rows } from './rows/source.ts';

/**
 * A unit of work: the entity manager is made when it is asked for, since most requests write nothing. It is a class
 * because V8 makes a hidden class of its own for each literal with accessors: that lives in the old heap until that is
 * collected, and keeps alive what the accessors reach, which is the whole request.
 */
export class LazyUnitOfWork {
  readonly #fork: () => EntityManager;
  readonly #createRows: () => Rows;
  #em: EntityManager | undefined;
  #rows: Rows;

  constructor(fork: () => EntityManager, createRows: () => Rows) {
    this.#fork = fork;
    this.#createRows = createRows;
    this.#rows = createRows();
  }

  get em(): EntityManager {
    this.#em ??= this.#fork();
    return this.#em;
  }

  get rows(): Rows {
    return this.#rows;
  }

  /** Begins an empty one: what was read before is read again, and what was left behind is never written. */
  renew(): void {
    this.#em = undefined;
    this.#rows = this.#createRows();
  }
}
