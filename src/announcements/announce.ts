import type { EntityManager } from '@mikro-orm/postgresql';
import type { AfterCommit } from '../database/after-commit.ts';
import type { Announcement } from './announcement.ts';
import type { Bus } from './bus.ts';

/** Announces what a unit of work has done: once its transaction is committed, and never if it is rolled back. */
export type Announce = (em: EntityManager, announcement: Announcement) => void;

export const createAnnounce =
  (afterCommit: AfterCommit, bus: Pick<Bus, 'publish'>): Announce =>
  (em, announcement) =>
    afterCommit(em, () => bus.publish(announcement));
