import type { Statement } from './rows/statement.ts';

/** The tables that have policies in the database: statements on others need no session. */
export interface GuardedTables {
  /** Names the tables from now on; without names none is guarded. */
  readonly protect: (tables: readonly string[]) => void;
  readonly isAny: () => boolean;
  readonly isIn: (statement: Statement) => boolean;
}

export function createGuardedTables(): GuardedTables {
  let names: RegExp | null = null;
  let known = new WeakMap<Statement, boolean>();
  return {
    protect(tables) {
      names = tables.length === 0 ? null : new RegExp(`"(${tables.join('|')})"`);
      known = new WeakMap();
    },
    isAny: () => names !== null,
    isIn(statement) {
      if (names === null) return false;
      let isGuarded = known.get(statement);
      if (isGuarded === undefined) {
        isGuarded = names.test(statement.text);
        known.set(statement, isGuarded);
      }
      return isGuarded;
    },
  };
}
