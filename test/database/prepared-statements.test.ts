import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { queryLists, type QueryLists } from '../../src/database/rows/prepared-query.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { describeOnPostgres } from '../support/on-postgres.ts';
import { until } from '../support/until.ts';

describeOnPostgres('A prepared statement', () => {
  let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
  let pool: Pool;
  let send: QueryLists;
  beforeAll(async () => {
    database = await createEmptyDatabase();
  });
  afterAll(() => database.drop());

  beforeEach(() => {
    if (database.location.kind !== 'postgresql') throw new Error('This needs a PostgreSQL.');
    pool = new Pool({ connectionString: database.location.url, max: 1 });
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
    send = queryLists(pool, false);
  });
  afterEach(() => pool.end());

  const processId = { name: 'process-id', text: 'select pg_backend_pid()' };
  const idOfConnection = async (): Promise<unknown> => (await send(processId, [])).rows[0]?.[0];

  test('answers the values of each row, read by their types, the first time and every time', async () => {
    const statement = {
      name: 'values',
      text: `select n as number, n > 1 as "isMore", array[n, null]::int[] as list, null::text as nothing, $1::text as given
               from generate_series(1, 2) n`,
    };
    const expected = {
      names: ['number', 'isMore', 'list', 'nothing', 'given'],
      rows: [
        [1, false, [1, null], null, 'ä\\"'],
        [2, true, [2, null], null, 'ä\\"'],
      ],
    };
    for (let time = 0; time < 3; time += 1) expect(await send(statement, ['ä\\"'])).toEqual(expected);
  });

  test('answers as one that is not prepared, and as one behind a pooler that takes texts alone', async () => {
    const text = 'select $1::int as one, $2::bytea as bytes';
    const values = [1, Buffer.from([0, 255])];
    const prepared = await send({ name: 'alike', text }, values);
    expect(await send({ name: undefined, text }, values)).toEqual(prepared);
    expect(await queryLists(pool, true)({ name: 'alike', text }, values)).toEqual(prepared);
  });

  test('may be one that the driver has prepared on the connection, and the other way round', async () => {
    const statement = { name: 'both', text: 'select 1 as one' };
    await pool.query({ ...statement, values: [] });
    expect(await send(statement, [])).toEqual({ names: ['one'], rows: [[1]] });
    expect((await pool.query({ ...statement, values: [] })).rows).toEqual([{ one: 1 }]);
  });

  test('that fails has an error with a code and with the stack of who asked, and its connection is closed', async () => {
    const before = await idOfConnection();
    const divide = { name: 'divide', text: 'select 1 / n from generate_series(1, 0, -1) n' };
    async function askForIt(): Promise<unknown> {
      return await send(divide, []);
    }
    const error = await askForIt().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: '22012', stack: expect.stringContaining('askForIt') });
    expect(await idOfConnection()).not.toBe(before);
  });

  test('whose answer cannot be read fails, and is not taken for one without rows', async () => {
    const oidOfInteger = 23;
    pool.on('connect', (client) => {
      client.setTypeParser(oidOfInteger, () => {
        throw new Error('This cannot be read.');
      });
    });
    await expect(send({ name: 'unreadable', text: 'select 1 as one' }, [])).rejects.toThrow('cannot be read');
    expect((await send({ name: 'readable', text: `select 'x' as one` }, [])).rows).toEqual([['x']]);
  });

  test('with a value that cannot be written fails before it is sent: the connection goes on', async () => {
    const before = await idOfConnection();
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const given = { name: 'given', text: 'select $1::text' };
    const waiting = Promise.allSettled([send(given, [circular]), send(given, ['x'])]);
    expect(await waiting).toMatchObject([{ status: 'rejected' }, { value: { rows: [['x']] } }]);
    expect(await idOfConnection()).toBe(before);
  });

  test('whose connection breaks under way fails at once, and the next one gets another connection', async () => {
    const sleeping = send({ name: 'sleep', text: 'select pg_sleep(30)' }, []).catch((error: unknown) => error);
    if (database.location.kind !== 'postgresql') throw new Error('This needs a PostgreSQL.');
    const other = new Pool({ connectionString: database.location.url, max: 1 });
    const end = `select pg_terminate_backend(pid) from pg_stat_activity where query = 'select pg_sleep(30)'`;
    await until(async () => (await other.query(end)).rowCount === 1, 'the statement to be under way');
    await other.end();
    expect(await sleeping).toMatchObject({ code: '57P01' });
    expect(await idOfConnection()).toEqual(expect.any(Number));
  });

  test('whose columns got other types is refused once, and then answers them as they are', async () => {
    await pool.query('create table changing (value int); insert into changing values (12)');
    const statement = { name: 'changing', text: 'select value from changing' };
    expect((await send(statement, [])).rows).toEqual([[12]]);
    await pool.query(`alter table changing alter value type text using 'twelve'`);
    await expect(send(statement, [])).rejects.toMatchObject({ code: '0A000' });
    expect((await send(statement, [])).rows).toEqual([['twelve']]);
  });
});
