import type { AnyEntity, EntityData, QueryResult } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { readOnlyRun, type ReadOnlyRun } from './read-only-run.ts';
import { systemNow, systemSetting, type RowSession } from './row-session.ts';

type Connection = ReturnType<EntityManager['getConnection']>;
type BeginOptions = NonNullable<Parameters<Connection['begin']>[0]>;
type Broadcaster = NonNullable<BeginOptions['eventBroadcaster']>;
type ExecuteArgs = Parameters<Connection['execute']>;
type StreamArgs = Parameters<Connection['stream']>;
type Answer = QueryResult | EntityData<AnyEntity> | EntityData<AnyEntity>[];
type Transaction = Awaited<ReturnType<Connection['begin']>>;

/**
 * Stands for an open transaction: it says which one is meant, and nothing can be sent by it but through the connection.
 */
class TransactionHandle {
  readonly stands = 'for a transaction';
}

/** What stands for a transaction within a read-only run, and on whose behalf it began. */
interface WithinRun {
  readonly run: ReadOnlyRun;
  readonly begun: RowSession | undefined;
}

/** The session of a transaction and its savepoints, whose statements go one after another. */
interface TransactionSession {
  readonly begun: RowSession;
  /** The value of the setting that says whether the system is at work; unknown after a savepoint was taken back. */
  told: string | undefined;
  last: Promise<unknown>;
}

/**
 * Lets a connection hand out handles for its transactions instead of Kysely's own, by which rows could be written
 * without asking a policy. Within a transaction that has a session each statement has the rights of the place that
 * sends it. Within a read-only run everything goes by its one transaction, and nothing else begins or ends.
 */
export function sealTransactions(connection: Connection): void {
  const handles = new WeakMap<Transaction, Transaction>();
  const transactions = new WeakMap<object, Transaction>();
  const sessions = new WeakMap<Transaction, TransactionSession>();
  const withinRuns = new WeakMap<Transaction, WithinRun>();
  const begin = connection.begin.bind(connection);
  const commit = connection.commit.bind(connection);
  const rollback = connection.rollback.bind(connection);
  const execute = connection.execute.bind(connection);
  const stream = connection.stream.bind(connection);

  connection.begin = async ({ ctx, eventBroadcaster, ...options } = {}) => {
    const within = runOf(ctx);
    if (within !== undefined) {
      const begun = (options.sessionContext?.variables as RowSession | undefined) ?? within.begun;
      const handle = newHandle();
      withinRuns.set(handle, { run: within.run, begun });
      return handle;
    }
    const outer = transactionOf(ctx);
    const known = outer && sessions.get(outer);
    const send = () =>
      begin({ ...options, ...(outer === undefined ? {} : { ctx: outer }), ...tellingHandles(eventBroadcaster) });
    const transaction = await (known === undefined ? send() : inTurn(known, send));
    const session = outer === undefined ? sessionOf(options.sessionContext?.variables) : known;
    if (session !== undefined) sessions.set(transaction, session);
    return handleOf(transaction);
  };
  connection.commit = async (handle, broadcaster, ...rest) => {
    if (runOf(handle) !== undefined) return;
    await commit(transactionOf(handle), tellingHandles(broadcaster).eventBroadcaster, ...rest);
  };
  connection.rollback = async (handle, broadcaster, ...rest) => {
    if (runOf(handle) !== undefined) return;
    const transaction = transactionOf(handle);
    const session = sessions.get(transaction);
    const send = () => rollback(transaction, tellingHandles(broadcaster).eventBroadcaster, ...rest);
    if (session === undefined) return send();
    await inTurn(session, () => {
      // PostgreSQL takes settings back with the savepoint after which they were made.
      session.told = undefined;
      return send();
    });
  };
  connection.execute = <T extends Answer>(
    ...[query, params, method, handle, loggerContext]: ExecuteArgs
  ): Promise<T> => {
    const within = runOf(handle as Transaction | undefined);
    if (within !== undefined) return execute<T>(query, params, method, transactionBy(within), loggerContext);
    const transaction = transactionOf(handle as Transaction | undefined);
    const session = transaction && sessions.get(transaction);
    const send = () => execute<T>(query, params, method, transaction, loggerContext);
    if (session === undefined) return send();
    return inTurn(session, async () => {
      await tell(session, transaction);
      return send();
    });
  };
  connection.stream = <T extends EntityData<AnyEntity>>(...[query, params, handle, ...rest]: StreamArgs) => {
    if (runOf(handle as Transaction | undefined) !== undefined) throw new Error('A read-only run streams nothing.');
    const transaction = transactionOf(handle as Transaction | undefined);
    const session = transaction && sessions.get(transaction);
    const open = () => stream<T>(query, params, transaction, ...rest);
    return session === undefined ? open() : streamInTurn(session, transaction, open);
  };

  /** Keeps the turn until the stream ends: its rows are judged as they are fetched. */
  async function* streamInTurn<T>(
    session: TransactionSession,
    transaction: Transaction | undefined,
    open: () => AsyncIterableIterator<T>,
  ): AsyncGenerator<T, void, undefined> {
    const ended = Promise.withResolvers<void>();
    const told = Promise.withResolvers<void>();
    void inTurn(session, async () => {
      await tell(session, transaction).then(told.resolve, told.reject);
      await ended.promise;
    });
    try {
      await told.promise;
      yield* open();
    } finally {
      ended.resolve();
    }
  }

  /** Tells the database whether the system is at work at this place, unless it knows. */
  async function tell(session: TransactionSession, transaction: Transaction | undefined): Promise<void> {
    const due = systemNow(session.begun);
    if (session.told === due) return;
    session.told = undefined;
    await execute('select set_config(?, ?, true)', [systemSetting, due], 'run', transaction);
    session.told = due;
  }

  /** Returns the read-only run to which a statement belongs, by its transaction or by the place that sends it. */
  function runOf(handle: Transaction | undefined): WithinRun | undefined {
    const known = handle && withinRuns.get(handle);
    if (known !== undefined) return known;
    const run = readOnlyRun();
    if (run === undefined) return undefined;
    if (handle !== undefined) throw new Error('A read-only run cannot use a transaction that began outside of it.');
    return { run, begun: undefined };
  }

  function handleOf(transaction: Transaction): Transaction {
    const known = handles.get(transaction);
    if (known !== undefined) return known;
    const named = newHandle();
    handles.set(transaction, named);
    transactions.set(named, transaction);
    return named;
  }

  /** A connection sends the settings with which a transaction begins by the transaction itself. */
  function transactionOf<Handle extends Transaction | undefined>(handle: Handle): Handle {
    return handle === undefined ? handle : ((transactions.get(handle) as Handle | undefined) ?? handle);
  }

  /** Tells subscribers of events the handle of a transaction. */
  function tellingHandles(broadcaster: Broadcaster | undefined): { readonly eventBroadcaster?: Broadcaster } {
    if (broadcaster === undefined) return {};
    const dispatchEvent: Broadcaster['dispatchEvent'] = (event, transaction) =>
      broadcaster.dispatchEvent(event, transaction && handleOf(transaction as Transaction));
    return { eventBroadcaster: Object.create(broadcaster, { dispatchEvent: { value: dispatchEvent } }) as Broadcaster };
  }
}

function newHandle(): Transaction {
  const handle: unknown = new TransactionHandle();
  return handle as Transaction;
}

/** Makes what a connection sends a statement by, which is all that it does with a transaction. */
function transactionBy({ run, begun }: WithinRun): Transaction {
  const session = begun === undefined ? {} : { ...begun, [systemSetting]: systemNow(begun) };
  const sender: unknown = {
    async executeQuery({ sql, parameters }: { readonly sql: string; readonly parameters: readonly unknown[] }) {
      const { rows, affected } = await run.objects(sql, parameters, session);
      return { rows, numAffectedRows: affected == null ? undefined : BigInt(affected) };
    },
  };
  return sender as Transaction;
}

/** Sends once everything before it was answered: a setting and the statement that it is for are not parted. */
function inTurn<T>(session: TransactionSession, send: () => Promise<T>): Promise<T> {
  const sent = session.last.then(send);
  session.last = sent.catch(() => undefined);
  return sent;
}

function sessionOf(variables: Readonly<Record<string, unknown>> | undefined): TransactionSession | undefined {
  if (variables === undefined) return undefined;
  const begun = variables as RowSession;
  return { begun, told: begun[systemSetting], last: Promise.resolve() };
}
