import type { HotOperation, Resolver } from './guard.ts';
import { ALLOWED } from './operation.ts';
import type { Demand } from './requirement-guard.ts';

/** What the guard of one field is made from. */
export interface GuardParts {
  readonly hot: HotOperation;
  readonly requirement: number;
  readonly demand: Demand;
  readonly resolve: Resolver;
  /** The property that is read where the field has no resolver of its own. */
  readonly property: string | undefined;
}

/**
 * The guard of a field as a function of its own. Functions made from one closure share what the machine learns about
 * them, so that every guarded field would look up its property and call its resolver as if for the first time; that
 * alone cost 3 to 5 percent of a large list. Nothing but a number and a name of the schema enters the text.
 *
 * @returns `undefined` where the host forbids code from strings; the plain guard does the same, more slowly
 */
export function compileGuard(parts: GuardParts): Resolver | undefined {
  const { hot, requirement, demand, resolve, property } = parts;
  const text = `return (source, args, contextValue, info) => {
    if (info.variableValues !== hot.key || contextValue !== hot.contextValue || hot.table[${requirement}] !== ${ALLOWED}) {
      demand(info, contextValue);
    }
    ${property !== undefined && NAME.test(property) ? readText(property) : 'return resolve(source, args, contextValue, info);'}
  };`;
  try {
    // eslint-disable-next-line typescript/no-implied-eval, no-new-func
    const make: unknown = new Function('hot', 'demand', 'resolve', text);
    return isMaker(make) ? make(hot, demand, resolve) : undefined;
  } catch {
    return undefined;
  }
}

/** GraphQL specification §2.1.9. */
const NAME = /^[_A-Za-z][_0-9A-Za-z]*$/;

/** As graphql-js's `defaultFieldResolver` has it. */
function readText(property: string): string {
  return `if (typeof source !== 'object' && typeof source !== 'function' || source === null) return undefined;
    const value = source.${property};
    return typeof value === 'function' ? source.${property}(args, contextValue, info) : value;`;
}

type Maker = (hot: HotOperation, demand: Demand, resolve: Resolver) => Resolver;

function isMaker(value: unknown): value is Maker {
  return typeof value === 'function';
}
