import type { EventSubscriber, TransactionEventArgs } from '@mikro-orm/core';
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';

/** Does work when the transaction of a unit of work is committed, and never if it is rolled back. */
export type AfterCommit = (em: EntityManager, work: () => void) => void;

/** Creates `afterCommit`, which does work once the transaction is committed; without a transaction at once. */
export function createAfterCommit(orm: MikroORM): AfterCommit {
  const waiting = new WeakMap<object, Array<() => void>>();
  const afterCommit: EventSubscriber = {
    afterTransactionCommit({ transaction }: TransactionEventArgs) {
      for (const work of waiting.get(transaction ?? {}) ?? []) work();
    },
  };
  orm.em.getEventManager().registerSubscriber(afterCommit);

  return (em, work) => {
    const transaction = em.getTransactionContext<object>();
    if (transaction === undefined) return work();
    const works = waiting.get(transaction);
    if (works === undefined) waiting.set(transaction, [work]);
    else works.push(work);
  };
}
