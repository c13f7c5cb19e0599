import type { QueryBuilder } from '@mikro-orm/postgresql';
import { UnseenWriteError } from './write-guard.ts';

const writingMethods = ['insert', 'insertFrom', 'update', 'delete', 'truncate'] as const;

/** Lets a query on a type, and its copies, read alone. */
export function readOnlyQuery<Query extends QueryBuilder<object>>(query: Query, type: string): Query {
  for (const method of writingMethods) {
    const refuse = (): never => {
      throw new UnseenWriteError(type, `createQueryBuilder(…).${method}`);
    };
    Object.defineProperty(query, method, { value: refuse });
  }
  const clone = query.clone.bind(query);
  const guardedClone = (...args: Parameters<typeof clone>) => readOnlyQuery(clone(...args), type);
  return Object.defineProperty(query, 'clone', { value: guardedClone });
}

type Member = (...args: readonly unknown[]) => unknown;
type Members = Readonly<Record<string, ((proceed: Member, args: readonly unknown[]) => unknown) | undefined>>;

const asItIs = (proceed: Member, args: readonly unknown[]): unknown => proceed(...args);

/**
 * Lets nothing of an object be reached but these members: what a later version adds is refused until it stands here.
 */
function onlyWith<Target extends object>(target: Target, way: string, members: Members): Target {
  return new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof name === 'symbol' || name === 'constructor' || value === undefined) return value;
      const member = Object.hasOwn(members, name) ? members[name] : undefined;
      if (member === undefined || typeof value !== 'function') throw new UnseenWriteError('any type', `${way}.${name}`);
      return (...args: readonly unknown[]): unknown => member((...given) => value.apply(target, given), args);
    },
  });
}

type RequireReading = (statement: unknown) => void;

const reading =
  (requireReading: RequireReading) =>
  (proceed: Member, args: readonly unknown[]): unknown => {
    requireReading(args[0]);
    return proceed(...args);
  };

/** Lets a connection carry transactions, and statements by their text, each of which has to pass a check. */
export const readOnlyConnection = <Connection extends object>(
  connection: Connection,
  requireReading: RequireReading,
): Connection =>
  onlyWith(connection, 'getConnection()', {
    execute: reading(requireReading),
    stream: reading(requireReading),
    begin: asItIs,
    commit: asItIs,
    rollback: asItIs,
    transactional: asItIs,
    getPlatform: asItIs,
    isConnected: asItIs,
    checkConnection: asItIs,
  });

/** Lets a driver do what the unit of work, whose rows were asked about, and reads need of it. */
export const readOnlyDriver = <Driver extends object>(driver: Driver, requireReading: RequireReading): Driver =>
  onlyWith(driver, 'getDriver()', {
    execute: reading(requireReading),
    getConnection: (proceed, args) => readOnlyConnection(proceed(...args) as object, requireReading),
    lockPessimistic: asItIs,
    syncCollections: asItIs,
    count: asItIs,
    find: asItIs,
    findOne: asItIs,
    getPlatform: asItIs,
  });
