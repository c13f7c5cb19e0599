import type { GuardMemory, Resolver } from './guard.ts';
import type { Demand } from './requirement-guard.ts';

/** What the guard of one field is made from. */
export interface GuardParts {
  readonly forgetters: GuardMemory['forgetters'];
  readonly demand: Demand;
  readonly resolve: Resolver;
  /** The property that is read where the field has no resolver of its own. */
  readonly property: string | undefined;
}

/**
 * The guard of a field as a function of its own. Functions made from one closure share what the machine learns about
 * them, so that every guarded field would look up its property and call its resolver as if for the first time; that
 * alone cost 3 to 5 percent of a large list. Nothing but a name of the schema enters the text.
 *
 * @returns `undefined` where the host forbids code from strings; the plain guard does the same, more slowly
 */
export function compileGuard({ forgetters, demand, resolve, property }: GuardParts): Resolver | undefined {
  const readsProperty = property !== undefined && NAME.test(property);
  const text = `
    let allowed;
    forgetters.push(() => { allowed = undefined; });
    return (source, args, contextValue, info) => {
      if (info.variableValues !== allowed) allowed = demand(info, contextValue);
      ${readsProperty ? readText(property) : 'return resolve(source, args, contextValue, info);'}
    };`;
  try {
    // eslint-disable-next-line typescript/no-implied-eval, no-new-func
    const make: unknown = new Function('forgetters', 'demand', 'resolve', text);
    return isMaker(make) ? make(forgetters, demand, resolve) : undefined;
  } catch {
    return undefined;
  }
}

/** GraphQL specification §2.1.9. */
const NAME = /^[_A-Za-z][_0-9A-Za-z]*$/;

/** As graphql-js's `defaultFieldResolver` has it. */
function readText(property: string): string {
  return `if (typeof source === 'object' && source !== null || typeof source === 'function') {
        const value = source.${property};
        return typeof value === 'function' ? source.${property}(args, contextValue, info) : value;
      }`;
}

type Maker = (forgetters: GuardMemory['forgetters'], demand: Demand, resolve: Resolver) => Resolver;

function isMaker(value: unknown): value is Maker {
  return typeof value === 'function';
}
