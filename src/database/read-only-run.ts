import type { MikroORM } from '@mikro-orm/postgresql';
import { AsyncLocalStorage } from 'node:async_hooks';
import { escapeLiteral, type Pool, type PoolClient } from 'pg';
import type { RowSession } from './row-session.ts';
import type { Statement } from './rows/statement.ts';

/** What a driver answers: rows as objects, or as lists of values in the order of the columns. */
export interface Answered<Row> {
  readonly rows: Row[];
  readonly affected?: number | null | undefined;
}

/** Sends a statement by the one connection of a transaction. */
interface Sender {
  readonly lists: (statement: Statement, values: readonly unknown[]) => Promise<Answered<unknown[]>>;
  readonly objects: (text: string, values: readonly unknown[]) => Promise<Answered<object>>;
}

/**
 * Work whose every statement goes by one read-only transaction, wherever in the code it is sent from: the database
 * itself refuses what would write. The statements go one after another, and one that fails takes no other along.
 */
export class ReadOnlyRun {
  readonly #sender: Sender;
  #last: Promise<unknown> = Promise.resolve();
  #told: RowSession = {};
  #isOver = false;

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  /** @param session On whose behalf it is sent; undefined if the statement is on no table with policies. */
  async lists(statement: Statement, values: readonly unknown[], session?: RowSession): Promise<unknown[][]> {
    return (await this.#inTurn(session, () => this.#sender.lists(statement, values))).rows;
  }

  /** @param session On whose behalf it is sent; undefined if the statement is on no table with policies. */
  objects(text: string, values: readonly unknown[], session?: RowSession): Promise<Answered<object>> {
    return this.#inTurn(session, () => this.#sender.objects(text, values));
  }

  /** Sends nothing any more, and waits for what is under way. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#last;
  }

  #inTurn<T>(session: RowSession | undefined, send: () => Promise<T>): Promise<T> {
    if (this.#isOver) return Promise.reject(over());
    const sent = this.#last.then(async () => {
      // What waited for its turn when the run ended is not sent any more.
      if (this.#isOver) throw over();
      try {
        if (session !== undefined) await this.#tell(session);
        return await send();
      } catch (error) {
        await this.#sender.objects(`rollback to savepoint ${untouched}`, []);
        // Settings are taken back with the savepoint.
        this.#told = {};
        throw error;
      }
    });
    this.#last = sent.catch(() => undefined);
    return sent;
  }

  /** Tells the database for whom the next statement is; nothing is left of whom the one before was for. */
  async #tell(session: RowSession): Promise<void> {
    const blank = Object.fromEntries(Object.keys(this.#told).map((name) => [name, '']));
    const due: RowSession = { ...blank, ...session };
    const changed = Object.entries(due).filter(([name, value]) => this.#told[name] !== value);
    if (changed.length === 0) return;
    const settings = changed.map(
      ([name, value]) => `set_config(${escapeLiteral(name)}, ${escapeLiteral(value)}, true)`,
    );
    await this.#sender.objects(`select ${settings.join(', ')}`, []);
    this.#told = due;
  }
}

const over = (): Error => new Error('The read-only transaction is over.');

/** The savepoint to which the transaction is taken back if a statement fails: as nothing is written, nothing is lost. */
const untouched = 'untouched';

const runs = new AsyncLocalStorage<ReadOnlyRun>();

/** Returns the read-only transaction within which this place in the code runs; `undefined` if it runs in none. */
export const readOnlyRun = (): ReadOnlyRun | undefined => runs.getStore();

/** Does work within a read-only transaction, which sees the rows of one moment. */
export type WithinReadOnly = <T>(work: () => Promise<T>) => Promise<T>;

const isolation = 'isolation level repeatable read';

/** Gives each run a connection of a server. A connection on which anything failed is closed. */
export const withinReadOnlyByPool =
  (pool: Pool): WithinReadOnly =>
  async (work) => {
    const client = await pool.connect();
    try {
      await client.query(`begin ${isolation} read only; savepoint ${untouched}`);
      const answered = await within(new ReadOnlyRun(senderBy(client)), work);
      await client.query('rollback');
      client.release();
      return answered;
    } catch (error) {
      client.release(true);
      throw error;
    }
  };

/** Holds the one connection of the embedded database for as long as the run takes. */
export const withinReadOnlyByEmbedded =
  ({ em }: MikroORM): WithinReadOnly =>
  async <T>(work: () => Promise<T>) => {
    const database: unknown = await em.getConnection().getNativeClient();
    if (!isEmbedded(database)) throw new Error('The embedded database has another driver than expected.');
    return database.transaction<T>(async (transaction) => {
      await transaction.query(`set transaction ${isolation}, read only`);
      await transaction.query(`savepoint ${untouched}`);
      const answered = await within(new ReadOnlyRun(senderByEmbedded(transaction)), work);
      await transaction.rollback();
      return answered;
    });
  };

async function within<T>(run: ReadOnlyRun, work: () => Promise<T>): Promise<T> {
  try {
    return await runs.run(run, work);
  } finally {
    await run.end();
  }
}

const senderBy = (client: PoolClient): Sender => ({
  async lists({ name, text, constants }, values) {
    const { rows } = await client.query<unknown[]>({
      name,
      text,
      values: [...values, ...constants],
      rowMode: 'array',
    });
    return { rows };
  },
  async objects(text, values) {
    const { rows, rowCount } = await client.query<Record<string, unknown>>(text, [...values]);
    return { rows, affected: rowCount };
  },
});

const senderByEmbedded = (transaction: EmbeddedTransaction): Sender => ({
  async lists({ text, constants }, values) {
    const { rows } = await transaction.query(text, [...values, ...constants], { rowMode: 'array' });
    return { rows: rows as unknown[][] };
  },
  async objects(text, values) {
    const { rows, affectedRows } = await transaction.query(text, [...values]);
    return { rows, affected: affectedRows };
  },
});

interface EmbeddedTransaction {
  readonly query: (
    text: string,
    values?: unknown[],
    options?: object,
  ) => Promise<{ readonly rows: object[]; readonly affectedRows?: number }>;
  readonly rollback: () => Promise<void>;
}

interface Embedded {
  readonly transaction: <T>(work: (transaction: EmbeddedTransaction) => Promise<T>) => Promise<T>;
}

const isEmbedded = (database: unknown): database is Embedded =>
  typeof database === 'object' &&
  database !== null &&
  'transaction' in database &&
  typeof database.transaction === 'function';
