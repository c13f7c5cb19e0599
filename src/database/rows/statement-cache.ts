import type { Statement } from './statement.ts';

/** Prepared on each connection, and kept there: a number that a server bears. */
const maxPrepared = 500;
/** Beyond those, statements that are compiled once, and prepared each time. */
const maxUnprepared = 500;

/** Keeps statements by what they are for, their columns and the shape of their filter, never by a value. */
export interface Statements {
  readonly get: (key: string, compile: () => Omit<Statement, 'name'>) => Statement;
  /** The name under which a text that is written once in the code is prepared. */
  readonly nameOf: (text: string) => string | undefined;
}

/** @param isPreparing False if the database is behind a pooler that cannot carry prepared statements. */
export function createStatements(isPreparing: boolean): Statements {
  const prepared = new Map<string, Statement>();
  const unprepared = new Map<string, Statement>();

  function get(key: string, compile: () => Omit<Statement, 'name'>): Statement {
    return prepared.get(key) ?? unprepared.get(key) ?? keep(key, compile());
  }

  function keep(key: string, compiled: Omit<Statement, 'name'>): Statement {
    const isPrepared = isPreparing && prepared.size < maxPrepared;
    const statement = { ...compiled, name: isPrepared ? `rows-${prepared.size}` : undefined };
    if (!isPrepared && unprepared.size >= maxUnprepared) unprepared.delete(unprepared.keys().next().value ?? '');
    (isPrepared ? prepared : unprepared).set(key, statement);
    return statement;
  }

  return { get, nameOf: (text) => get(text, () => ({ text, constants: [] })).name };
}
