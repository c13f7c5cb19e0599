import { MikroORM } from '@mikro-orm/postgresql';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

const serverUrl = process.env['BENCH_DATABASE_URL'] ?? 'postgresql://postgres@127.0.0.1:5432/postgres';

/** A new database on the server, and the way to drop it. */
export async function createDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `sallyport_bench_${randomBytes(6).toString('hex')}`;
  await onServer(`create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: async () => void (await onServer(`drop database if exists ${name} with (force)`)) };
}

/** The same, with a role as its owner that no policy of rows spares: a superuser would pass them by. */
export async function createOrdinaryDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const role = `sallyport_bench_role_${randomBytes(6).toString('hex')}`;
  await onServer(`create role ${role} login nosuperuser nobypassrls`);
  const { url, drop } = await createDatabase();
  await onServer(`alter database ${new URL(url).pathname.slice(1)} owner to ${role}`);
  const owned = new URL(url);
  owned.username = role;
  owned.password = '';
  return {
    url: owned.href,
    async drop() {
      await drop();
      await onServer(`drop role if exists ${role}`);
    },
  };
}

async function onServer<Row extends object>(statement: string): Promise<Row[]> {
  const orm = await MikroORM.init({
    clientUrl: serverUrl,
    entities: [],
    discovery: { warnWhenNoEntities: false },
  });
  try {
    return await orm.em.getConnection().execute<Row[]>(statement);
  } finally {
    await orm.close();
  }
}

/** The unit of /proc/<pid>/stat on Linux. */
const microsecondsOfTick = 10_000;

/** Reads what the connections of a database have used, in microseconds of CPU; NaN if PostgreSQL runs elsewhere. */
export async function cpuOfBackends(url: string): Promise<number> {
  const pids = await onServer<{ pid: number }>(
    `select pid from pg_stat_activity where datname = '${new URL(url).pathname.slice(1)}'`,
  );
  try {
    const ticks = pids.map(({ pid }) => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      return Number(fields[11]) + Number(fields[12]);
    });
    return ticks.reduce((sum, value) => sum + value, 0) * microsecondsOfTick;
  } catch {
    return Number.NaN;
  }
}
