import type { AnyEntity, EntityData, QueryResult } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
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
 * sends it.
 */
export function sealTransactions(connection: Connection): void {
  const handles = new WeakMap<Transaction, Transaction>();
  const transactions = new WeakMap<object, Transaction>();
  const sessions = new WeakMap<Transaction, TransactionSession>();
  const begin = connection.begin.bind(connection);
  const commit = connection.commit.bind(connection);
  const rollback = connection.rollback.bind(connection);
  const execute = connection.execute.bind(connection);
  const stream = connection.stream.bind(connection);

  connection.begin = async ({ ctx, eventBroadcaster, ...options } = {}) => {
    const outer = transactionOf(ctx);
    const known = outer && sessions.get(outer);
    const send = () =>
      begin({ ...options, ...(outer === undefined ? {} : { ctx: outer }), ...tellingHandles(eventBroadcaster) });
    const transaction = await (known === undefined ? send() : inTurn(known, send));
    const session = outer === undefined ? sessionOf(options.sessionContext?.variables) : known;
    if (session !== undefined) sessions.set(transaction, session);
    return handleOf(transaction);
  };
  connection.commit = (handle, broadcaster, ...rest) =>
    commit(transactionOf(handle), tellingHandles(broadcaster).eventBroadcaster, ...rest);
  connection.rollback = async (handle, broadcaster, ...rest) => {
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

  function handleOf(transaction: Transaction): Transaction {
    const known = handles.get(transaction);
    if (known !== undefined) return known;
    const handle: unknown = new TransactionHandle();
    const named = handle as Transaction;
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
