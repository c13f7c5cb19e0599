import type { MikroORM } from '@mikro-orm/postgresql';

/**
 * Lists the statements by which the database would get what the entities need; empty if it has it. What it has beyond
 * that is no matter: a newer version beside this one may have added it.
 */
export const pendingChanges = async (orm: MikroORM): Promise<string> =>
  (await orm.schema.getUpdateSchemaSQL({ wrap: false, safe: true })).trim();
