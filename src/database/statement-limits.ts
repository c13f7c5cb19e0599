import { Client, type ClientConfig, type PoolClient } from 'pg';

/** A statement ends after this time, wherever it came from. */
const statementTimeoutMs = 10_000;
/** Longer than any statement may take. */
export const silenceMs = 12_000;

/**
 * The settings of PostgreSQL that end what takes too long, in ms: nothing of a node that is cut off stays locked for
 * long.
 */
const limits = {
  statement_timeout: statementTimeoutMs,
  idle_in_transaction_session_timeout: silenceMs,
} as const;

/** The way by which the database is told how long statements may take. */
export interface StatementLimits {
  /** Part of what a connection begins with. */
  readonly atStart: Pick<ClientConfig, keyof typeof limits>;
  /** Prepares a connection that could not be told when it began. */
  readonly onConnect: (client: PoolClient) => void;
  /** True if the `query` of such a connection takes texts alone, and no queries that send themselves. */
  readonly takesTextsOnly: boolean;
}

/** Connections to a server of one's own: each is told once, as it begins. */
const told: StatementLimits = { atStart: limits, onConnect: () => undefined, takesTextsOnly: false };

/** The role or the database has such limits already. */
const given: StatementLimits = { atStart: {}, onConnect: () => undefined, takesTextsOnly: false };

/** A pooler hands each transaction another session of the server, so each transaction is told. */
const toldEachTransaction: StatementLimits = {
  atStart: {},
  onConnect: limitEachTransaction,
  takesTextsOnly: true,
};

/**
 * Finds out how to limit statements: by parameters at the start of a connection, unless a pooler refuses or drops them.
 * If the server cannot be reached at all, the next connection says so.
 */
export async function findStatementLimits(server: ClientConfig): Promise<StatementLimits> {
  const withParameters = await readLimits({ ...server, ...told.atStart }, ['client', ...lasting]);
  if (withParameters === 'limited') return told;
  const without = withParameters === 'refused' ? await readLimits(server, lasting) : withParameters;
  if (without === 'limited') return given;
  return without === 'unlimited' ? toldEachTransaction : told;
}

/**
 * The sources of a setting that hold for the next client as well, as `pg_settings` names them. A `session` does not: a
 * pooler hands on a session of the server in which another client set it.
 */
const lasting = [
  'environment variable',
  'configuration file',
  'command line',
  'global',
  'database',
  'user',
  'database user',
  'override',
];

/** Reads which limits hold on a connection that begins so, and come from one of the sources. */
async function readLimits(
  config: ClientConfig,
  sources: readonly string[],
): Promise<'limited' | 'unlimited' | 'refused'> {
  const client = new Client(config);
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ name: keyof typeof limits; ms: number; source: string }>(
      'select name, setting::int as ms, source from pg_settings where name = any($1)',
      [Object.keys(limits)],
    );
    const limiting = rows.filter(({ name, ms, source }) => ms > 0 && ms <= limits[name] && sources.includes(source));
    return limiting.length === Object.keys(limits).length ? 'limited' : 'unlimited';
  } catch {
    return 'refused';
  } finally {
    await client.end().catch(() => undefined);
  }
}

const localLimits = Object.entries(limits)
  .map(([name, ms]) => `set local ${name} = ${ms}`)
  .join('; ');

type Query = (config: unknown, values?: unknown) => Promise<unknown>;
type Answered = (error: unknown, result?: unknown) => void;

/** Puts the limits into every transaction of a connection, and every statement that stands alone into a transaction. */
function limitEachTransaction(client: PoolClient): void {
  const send: Query = client.query.bind(client);

  /** Does work that begins a transaction; none stays open if it fails, for the next user of the connection. */
  async function orTakenBack<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await send('rollback').catch(() => client.connection.stream.destroy());
      throw error;
    }
  }

  const inTransaction = (config: unknown, values: unknown): Promise<unknown> =>
    orTakenBack(async () => {
      await send(`begin; ${localLimits}`);
      const result = await send(config, values);
      await send('commit');
      return result;
    });

  function limited(config: unknown, values: unknown): Promise<unknown> {
    if (typeof config === 'string' && beginsTransaction.test(config))
      return orTakenBack(() => send(config.replace(beginsTransaction, `$&; ${localLimits}`)));
    return client.getTransactionStatus() === 'I' ? inTransaction(config, values) : send(config, values);
  }

  /** Replaces the `query` of `pg`: a caller either awaits the result, or gives a function that takes it. */
  function query(config: unknown, values?: unknown, answered?: Answered): Promise<unknown> | undefined {
    const result = limited(config, values);
    if (answered === undefined) return result;
    result.then(
      (value) => answered(null, value),
      (error: unknown) => answered(error),
    );
    return undefined;
  }

  Object.assign(client, { query });
}

const beginsTransaction = /^(begin|start transaction)[^;]*/i;
