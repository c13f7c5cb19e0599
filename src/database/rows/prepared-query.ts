import type { Connection, Pool, PoolClient, Submittable } from 'pg';
import utils from 'pg/lib/utils.js';

/** What a statement answered: lists of values in the order of the columns. */
export interface AnsweredLists {
  readonly names: readonly string[];
  readonly rows: unknown[][];
}

/** A statement, and the name that goes with its text. */
export interface StatementText {
  /** Under which it is prepared; without one it is prepared each time. */
  readonly name: string | undefined;
  readonly text: string;
}

/** Sends a statement that stands alone by a connection of a pool. */
export type QueryLists = (statement: StatementText, values: readonly unknown[]) => Promise<AnsweredLists>;

/** @param takesTextsOnly True if the connections take no queries that send themselves. */
export const queryLists =
  (pool: Pool, takesTextsOnly: boolean): QueryLists =>
  ({ name, text }, values) =>
    name === undefined || takesTextsOnly
      ? queryText(pool, { name, text }, values)
      : queryPrepared(pool, { name, text }, values);

async function queryText(pool: Pool, statement: StatementText, values: readonly unknown[]): Promise<AnsweredLists> {
  const { rows, fields } = await pool.query<unknown[]>({ ...statement, values: [...values], rowMode: 'array' });
  return { names: fields.map(({ name }) => name), rows };
}

type Answered = (error: Error | undefined, answer?: AnsweredLists) => void;

/** Sends a prepared statement. A connection on which it failed is closed, as `pool.query` does it. */
function queryPrepared(pool: Pool, statement: NamedStatement, values: readonly unknown[]): Promise<AnsweredLists> {
  const sent = new Promise<AnsweredLists>((resolve, reject) => {
    pool.connect((unreachable, client, release) => {
      if (client === undefined) {
        reject(unreachable ?? new Error('There is no connection.'));
        return;
      }
      const answered: Answered = (error, answer) => {
        release(error);
        if (answer === undefined) reject(error ?? new Error('The database answered nothing.'));
        else resolve(answer);
      };
      let query: PreparedQuery;
      try {
        query = new PreparedQuery(client, statement, values, answered);
      } catch (error) {
        // A value cannot be written: nothing was sent.
        release();
        reject(error);
        return;
      }
      client.query(query);
    });
  });
  return sent.catch(rethrow);
}

/** Throws an error with the stack of who asked: its own leads to the socket. */
function rethrow(error: unknown): never {
  if (error instanceof Error) Error.captureStackTrace(error, rethrow);
  throw error;
}

interface NamedStatement {
  readonly name: string;
  readonly text: string;
}

/** How the columns of an answer are read. */
interface Columns {
  readonly names: readonly string[];
  readonly parsers: ReadonlyArray<(text: string) => unknown>;
}

/** The columns that each connection has described of what it has prepared. */
const described = new WeakMap<Connection, Map<string, Columns>>();

/** What the driver keeps of a connection: the texts that are prepared on it, by their names. */
interface Preparing extends Connection {
  readonly parsedStatements: Readonly<Record<string, string>>;
}

interface RowDescription {
  readonly fields: ReadonlyArray<{ readonly name: string; readonly dataTypeID: number; readonly format?: 'text' }>;
}

/**
 * A query for `Client.query` of `pg`, which has the columns of a statement described once for each connection. The
 * driver's own has them described by each answer, and makes of that what objects are made of, also where none are.
 */
class PreparedQuery implements Submittable {
  readonly name: string;
  readonly text: string;
  readonly #client: PoolClient;
  readonly #values: ReadonlyArray<string | Buffer | null>;
  readonly #answered: Answered;
  readonly #rows: unknown[][] = [];
  #columns: Columns | undefined;
  #failure: Error | undefined;
  #isAnswered = false;

  /** @throws if a value cannot be written. */
  constructor(client: PoolClient, { name, text }: NamedStatement, values: readonly unknown[], answered: Answered) {
    this.name = name;
    this.text = text;
    this.#client = client;
    this.#values = values.map((value) => utils.prepareValue(value));
    this.#answered = answered;
  }

  /** Sends the messages of the extended query protocol in one piece. */
  submit(connection: Connection): null {
    const { name, text } = this;
    const isPrepared = (connection as Preparing).parsedStatements[name] === text;
    this.#columns = isPrepared ? described.get(connection)?.get(name) : undefined;
    connection.stream.cork();
    try {
      if (!isPrepared) connection.parse({ name, text, types: [] }, true);
      connection.bind({ statement: name, values: [...this.#values] }, true);
      if (this.#columns === undefined) connection.describe({ type: 'P' }, true);
      connection.execute(null, true);
      connection.sync();
      return null;
    } finally {
      connection.stream.uncork();
    }
  }

  handleRowDescription({ fields }: RowDescription): void {
    const { connection } = this.#client;
    const known = described.get(connection) ?? new Map<string, Columns>();
    this.#columns = {
      names: fields.map(({ name }) => name),
      parsers: fields.map(({ dataTypeID, format }) => this.#client.getTypeParser(dataTypeID, format)),
    };
    described.set(connection, known.set(this.name, this.#columns));
  }

  handleDataRow({ fields }: { readonly fields: ReadonlyArray<string | null> }): void {
    try {
      this.#rows.push(readRow(fields, this.#columns ?? noColumns));
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
    }
  }

  handleCommandComplete(): void {}

  handleEmptyQuery(): void {}

  handleReadyForQuery(): void {
    const { names } = this.#columns ?? noColumns;
    if (this.#failure === undefined) this.#answer(undefined, { names, rows: this.#rows });
    else this.#answer(this.#failure);
  }

  handleError(error: Error): void {
    this.#answer(this.#failure ?? error);
  }

  /** Answers once, since that gives the connection back. */
  #answer(error: Error | undefined, lists?: AnsweredLists): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    this.#answered(error, lists);
  }
}

const noColumns: Columns = { names: [], parsers: [] };

/** Calls the parser of each value that is there. */
function readRow(fields: ReadonlyArray<string | null>, { parsers }: Columns): unknown[] {
  const row: unknown[] = [];
  for (let index = 0; index < fields.length; index += 1) {
    const text = fields[index] ?? null;
    row.push(text === null ? null : parsers[index]?.(text));
  }
  return row;
}
