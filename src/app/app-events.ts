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
import { createPostgresTransport, receivesNotifications } from '../events/postgres-transport.ts';
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
  const notifications = watchNotifications(deps, listening);
  const events = await openEvents(createTransport(deps, listening), deps.log);
  return {
    degraded: () => (notifications.isIsolated() ? [isolationMessage] : []),
    publishEvent: createPublishEvent(deps.afterCommit, events),
    eventStream: createEventStream(events),
    onAccountChange: (changed) =>
      events.onEvent((event) => {
        if ('userId' in event) changed(event.userId);
        if (event.kind === 'issuer-session-ended') changed(event.id);
      }),
    async close() {
      notifications.close();
      await events.close();
    },
  };
}

const minRecheckMs = 5_000;
const maxRecheckMs = 5 * 60_000;

/**
 * Checks, less and less often, whether a node that received nothing from the others does now: a busy database may have
 * kept the first check waiting. The node listens all the while.
 */
function watchNotifications(
  { database, log }: EventsDeps,
  listening: Listening | null,
): { readonly isIsolated: () => boolean; readonly close: () => void } {
  let isIsolated = listening?.receivesFromOthers === false;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  if (isIsolated) log.warn({ check: 'pooler' }, isolationMessage);

  async function checkAgain({ connection }: Listening, afterMs: number): Promise<void> {
    isIsolated = !(await receivesNotifications(connection, executeBy(database)).catch(() => false));
    if (isClosed) return;
    if (isIsolated) scheduleCheck({ connection, receivesFromOthers: false }, Math.min(2 * afterMs, maxRecheckMs));
    else log.info({ check: 'pooler' }, 'this node receives the events of other nodes now');
  }

  function scheduleCheck(on: Listening, afterMs: number): void {
    timer = setTimeout(() => void checkAgain(on, afterMs), afterMs).unref();
  }

  if (listening !== null && isIsolated) scheduleCheck(listening, minRecheckMs);
  return {
    isIsolated: () => isIsolated,
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

/** The message if a pooler stands in the way. */
export const isolationMessage =
  'This node receives no events of other nodes: what DATABASE_URL leads to, such as PgBouncer in transaction mode, passes no notifications on. Set DATABASE_DIRECT_URL past it, or REDIS_URL.';

/** The server of DATABASE_DIRECT_URL, or of DATABASE_URL, cannot be listened to. */
class ListeningError extends StartError {
  constructor(name: string, cause: unknown) {
    super(`Nothing can be listened to at ${name}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/** The connection on which to listen, and whether what others sent was received on it in time. */
interface Listening {
  readonly connection: ClientConfig;
  readonly receivesFromOthers: boolean;
}

/**
 * Finds the connection on which PostgreSQL brings the events of other nodes; null if they come otherwise, or if there are
 * no other nodes.
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
    return { connection, receivesFromOthers: await receivesNotifications(connection, executeBy(database)) };
  } catch (error) {
    throw new ListeningError(directUrl === url ? 'DATABASE_URL' : 'DATABASE_DIRECT_URL', error);
  }
}

/**
 * Picks Redis if there is one, else PostgreSQL, even if nothing was received there so far; an embedded database has no
 * other nodes.
 */
function createTransport({ database, redis, log }: EventsDeps, listening: Listening | null): Transport | null {
  if (redis !== null) return createRedisTransport(redis);
  return listening && createPostgresTransport(listening.connection, executeBy(database), log);
}

const executeBy =
  ({ orm }: Pick<Database, 'orm'>) =>
  (sql: string, params: unknown[]) =>
    orm.em.getConnection().execute(sql, params);
