import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { createAnnounce, type Announce } from '../announcements/announce.ts';
import { openBus, type Transport } from '../announcements/bus.ts';
import { createFeed, type Feed } from '../announcements/feed.ts';
import { createPostgresTransport } from '../announcements/postgres-transport.ts';
import { createRedisTransport } from '../announcements/redis-transport.ts';
import type { Config } from '../config.ts';
import type { AfterCommit } from '../database/after-commit.ts';
import type { Database } from '../database/open.ts';

export interface AnnouncingDeps {
  readonly config: Pick<Config, 'database'>;
  readonly database: Pick<Database, 'orm'>;
  readonly redis: Redis | null;
  readonly afterCommit: AfterCommit;
  readonly log: Logger;
}

export interface Announcing {
  readonly announce: Announce;
  readonly feed: Feed;
  /** Calls back with whoever's account, session or key changed, on whatever node; answers what ends that. */
  readonly onAccountChange: (changed: (userId: string) => void) => () => void;
  readonly close: () => Promise<void>;
}

/** What nodes tell each other, and what of it subscribers are told. */
export async function openAnnouncing(deps: AnnouncingDeps): Promise<Announcing> {
  const bus = await openBus(createTransport(deps), deps.log);
  return {
    announce: createAnnounce(deps.afterCommit, bus),
    feed: createFeed(bus),
    onAccountChange: (changed) => bus.onAnnouncement((heard) => 'userId' in heard && changed(heard.userId)),
    close: () => bus.close(),
  };
}

/** By Redis where there is one, by PostgreSQL otherwise; an embedded database is alone. */
function createTransport({ config, database, redis, log }: AnnouncingDeps): Transport | null {
  if (redis !== null) return createRedisTransport(redis);
  if (config.database.kind !== 'postgresql') return null;
  const connection = database.orm.em.getConnection();
  return createPostgresTransport(config.database.url, (sql, params) => connection.execute(sql, params), log);
}
