import { FlushMode, type AnyEntity, type EntityClass } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import type { Options } from '@mikro-orm/postgresql';
import { fileURLToPath } from 'node:url';
import { askBeforeFlush } from './write-guard/ask-before-flush.ts';
import { GuardedEntityManager } from './write-guard/guarded-entity-manager.ts';

const migrations = fileURLToPath(new URL('../../migrations', import.meta.url));

/** Returns the options that both drivers and the migration tool share. */
export const ormOptions = (entities: EntityClass<AnyEntity>[]): Options => ({
  entities,
  entityManager: GuardedEntityManager,
  subscribers: [askBeforeFlush],
  extensions: [Migrator],
  // A misspelt name is an error, not a new and empty database.
  ensureDatabase: false,
  // A read never writes: only an explicit flush does.
  flushMode: FlushMode.COMMIT,
  // A replica lags: a session that was revoked would pass on it.
  preferReadReplicas: false,
  forceUtcTimezone: true,
  // Partitions are made by the months, not by the schema diff.
  schemaGenerator: { skipTables: [/^audit_events/] },
  migrations: { path: migrations, pathTs: migrations, glob: '*.ts', snapshot: false, silent: true },
});
