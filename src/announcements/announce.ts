import type { EventSubscriber, TransactionEventArgs } from '@mikro-orm/core';
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { Announcement } from './announcement.ts';
import type { Bus } from './bus.ts';

/** Announces what a unit of work has done: once its transaction is committed, and never if it is rolled back. */
export type Announce = (em: EntityManager, announcement: Announcement) => void;

export function createAnnounce(orm: MikroORM, bus: Bus): Announce {
  const waiting = new WeakMap<object, Announcement[]>();
  const afterCommit: EventSubscriber = {
    afterTransactionCommit({ transaction }: TransactionEventArgs) {
      for (const announcement of waiting.get(transaction ?? {}) ?? []) bus.publish(announcement);
    },
  };
  orm.em.getEventManager().registerSubscriber(afterCommit);

  return (em, announcement) => {
    const transaction = em.getTransactionContext<object>();
    if (transaction === undefined) return bus.publish(announcement);
    waiting.set(transaction, [...(waiting.get(transaction) ?? []), announcement]);
  };
}
