import type { Redis } from 'ioredis';
import type { ClientConfig } from 'pg';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import type { AfterCommit } from '../database/after-commit.ts';
import type { Database } from '../database/open.ts';
import { serverConnection } from '../database/server-connection.ts';
import { StartError } from '../errors.ts';
import { createEventStream, type EventStream } from '../events/event-stream.ts';
import { createPublishEvent, openEvents, type PublishEvent, type Transport } from '../events/open-events.ts';
import { createPostgresTransport, hearsOthers } from '../events/postgres-transport.ts';
import { createRedisTransport } from '../events/redis-transport.ts';

export interface EventsDeps {
  readonly config: Pick<Config, 'database'>;
  readonly database: Pick<Database, 'orm'>;
  readonly redis: Redis | null;
  readonly afterCommit: AfterCommit;
  readonly log: Logger;
}

export interface AppEvents {
  readonly publishEvent: PublishEvent;
  readonly eventStream: EventStream;
  /**
   * Calls back with the user whose account, session or key changed, on any node, or with what an issuer's logout ended;
   * answers what ends that.
   */
  readonly onAccountChange: (changed: (id: string) => void) => () => void;
  /** Names the parts that do not fully work at the moment, for readiness to tell. */
  readonly degraded: () => readonly string[];
  readonly close: () => Promise<void>;
}

/** Opens the events that nodes tell each other, and those of them that subscribers are told. */
export async function createAppEvents(deps: EventsDeps): Promise<AppEvents> {
  const listening = await findListening(deps);
  const hearing = watchHearing(deps, listening);
  const events = await openEvents(createTransport(deps, listening), deps.log);
  return {
    degraded: () => (hearing.isDeaf() ? [deafness] : []),
    publishEvent: createPublishEvent(deps.afterCommit, events),
    eventStream: createEventStream(events),
    onAccountChange: (changed) =>
      events.onEvent((heard) => {
        if ('userId' in heard) changed(heard.userId);
        if (heard.kind === 'issuer-session-ended') changed(heard.id);
      }),
    async close() {
      hearing.close();
      await events.close();
    },
  };
}

const firstAgainMs = 5_000;
const lastAgainMs = 5 * 60_000;

/**
 * Tries, less and less often, whether a node that heard no other hears them now: a busy database may have kept the
 * first try waiting. It listens all the while.
 */
function watchHearing(
  { database, log }: EventsDeps,
  listening: Listening | null,
): { readonly isDeaf: () => boolean; readonly close: () => void } {
  let isDeaf = listening?.hears === false;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  if (isDeaf) log.warn({ check: 'pooler' }, deafness);

  async function tryAgain({ connection }: Listening, afterMs: number): Promise<void> {
    isDeaf = !(await hearsOthers(connection, executeBy(database)).catch(() => false));
    if (isClosed) return;
    if (isDeaf) planAgain({ connection, hears: false }, Math.min(2 * afterMs, lastAgainMs));
    else log.info({ check: 'pooler' }, 'nodes hear of each other now');
  }

  function planAgain(on: Listening, afterMs: number): void {
    timer = setTimeout(() => void tryAgain(on, afterMs), afterMs).unref();
  }

  if (listening !== null && isDeaf) planAgain(listening, firstAgainMs);
  return {
    isDeaf: () => isDeaf,
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

/** The message if a pooler stands in the way. */
export const deafness =
  'Nodes do not hear of each other: what DATABASE_URL leads to, such as PgBouncer in transaction mode, passes no notifications on. Set DATABASE_DIRECT_URL past it, or REDIS_URL.';

/** The server of DATABASE_DIRECT_URL, or of DATABASE_URL, cannot be listened to. */
class ListeningError extends StartError {
  constructor(name: string, cause: unknown) {
    super(`Nothing can be listened to at ${name}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/** The connection on which to listen, and whether what others sent was heard on it in good time. */
interface Listening {
  readonly connection: ClientConfig;
  readonly hears: boolean;
}

/**
 * Finds the connection on which to hear other nodes by PostgreSQL; null if they are heard otherwise, or are not there.
 * @throws ListeningError
 */
export async function findListening({
  config,
  database,
  redis,
}: Pick<EventsDeps, 'config' | 'database' | 'redis'>): Promise<Listening | null> {
  if (redis !== null || config.database.kind !== 'postgresql') return null;
  const { url, directUrl = url } = config.database;
  try {
    const connection = await serverConnection(directUrl, {});
    return { connection, hears: await hearsOthers(connection, executeBy(database)) };
  } catch (error) {
    throw new ListeningError(directUrl === url ? 'DATABASE_URL' : 'DATABASE_DIRECT_URL', error);
  }
}

/**
 * Picks Redis if there is one, else PostgreSQL, even if nothing was heard there so far; an embedded database is
 * alone.
 */
function createTransport({ database, redis, log }: EventsDeps, listening: Listening | null): Transport | null {
  if (redis !== null) return createRedisTransport(redis);
  return listening && createPostgresTransport(listening.connection, executeBy(database), log);
}

const executeBy =
  ({ orm }: Pick<Database, 'orm'>) =>
  (sql: string, params: unknown[]) =>
    orm.em.getConnection().execute(sql, params);
