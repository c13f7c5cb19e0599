import type { EntityManager } from '@mikro-orm/postgresql';
import type { Rows } from './rows/source.ts';

/**
 * Begins a unit of work: the entity manager is made when it is asked for, since most requests write nothing. `renew`
 * begins an empty one: what was read before is read again, and what was left behind is never written.
 */
export function createUnitOfWork(fork: () => EntityManager, createRows: () => Rows) {
  let em: EntityManager | undefined;
  let rows = createRows();
  return {
    get em(): EntityManager {
      em ??= fork();
      return em;
    },
    get rows(): Rows {
      return rows;
    },
    renew(): void {
      em = undefined;
      rows = createRows();
    },
  };
}
