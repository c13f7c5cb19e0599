import type { MikroORM } from '@mikro-orm/postgresql';

/** Something that the database must be able to do; if it is not there, the message says what to do. */
export interface Ability {
  readonly isThere: boolean;
  readonly message: string;
}

const oldestServer = 140_000;

/** Looks whether PostgreSQL is new enough. */
export async function lookAtVersion({ em }: Pick<MikroORM, 'em'>): Promise<Ability> {
  const sql = "select current_setting('server_version_num')::int as number, current_setting('server_version') as name";
  const [version] = await em.getConnection().execute<Array<{ number: number; name: string }>>(sql);
  return (version?.number ?? 0) >= oldestServer
    ? { isThere: true, message: `PostgreSQL ${version?.name}` }
    : { isThere: false, message: `PostgreSQL ${version?.name} is too old: use 14 or later.` };
}

/** Looks whether the role of the connection may do what migrations do. */
export async function lookAtRights({ em }: Pick<MikroORM, 'em'>): Promise<Ability> {
  const sql = "select has_schema_privilege(current_schema(), 'create') as may, current_user as name";
  const [row] = await em.getConnection().execute<Array<{ may: boolean | null; name: string }>>(sql);
  return row?.may === true
    ? { isThere: true, message: `${row.name} may create tables` }
    : {
        isThere: false,
        message: `${row?.name} may not create tables, which migrations do: grant create on the schema.`,
      };
}
