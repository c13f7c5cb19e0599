import { entities } from '../../src/app/entities.ts';
import type { WriteContext } from '../../src/audit/record.ts';
import { openDatabase, type Database } from '../../src/database/open.ts';
import type { RequestPrincipal } from '../../src/request/credentials.ts';
import { createUser } from '../../src/users/users.service.ts';
import { createTestDatabase } from './database.ts';

export interface OpenedDatabase extends Database {
  /** Closes and drops it. */
  readonly remove: () => Promise<void>;
}

/** Opens a migrated database of its own, without a server around it. */
export async function openTestDatabase(): Promise<OpenedDatabase> {
  const { location, drop } = await createTestDatabase();
  const database = await openDatabase(location, entities);
  return {
    ...database,
    async remove() {
      await database.close();
      await drop();
    },
  };
}

/** Adds an account without a password, and answers its id. */
export async function addUser({ fork }: Database, now: Date, name: string): Promise<string> {
  const account = { email: `${name}@example.com`, displayName: name, passwordHash: null };
  return (await fork().transactional((tx) => createUser(tx, now, account, async () => undefined))).id;
}

/** A unit of work of a caller, at a moment. */
export const workOf = (
  { fork }: Database,
  now: Date,
  principal: RequestPrincipal = { kind: 'anonymous' },
): WriteContext & { readonly ipAddress: string } => ({
  em: fork(),
  principal,
  now,
  requestId: null,
  ipAddress: '192.0.2.1',
  userAgent: null,
});
