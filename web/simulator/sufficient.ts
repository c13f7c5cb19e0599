import type { Role } from '../generated/documents.ts';

/** Tells whether an operation would be allowed to a made-up caller. */
export type IsAllowed = (rights: { readonly roles?: Role[]; readonly scopes?: string[] }) => Promise<boolean>;

export interface Sufficient {
  /** Roles of which each alone would do, the smallest first. */
  readonly roles: readonly string[];
  /** Smaller roles that would do together, none of which can be left out; null if there are none. */
  readonly together: readonly string[] | null;
  /** A set of scopes that would do and of which none can be left out; null if scopes alone do not help. */
  readonly scopes: readonly string[] | null;
}

/** Finds the smallest rights that would allow an operation, by asking the server about each; the smallest role is first. */
export async function findSufficient(
  isAllowed: IsAllowed,
  { roles, scopes }: { readonly roles: readonly string[]; readonly scopes: readonly string[] },
): Promise<Sufficient> {
  const byRoles: IsEnough = (some) => isAllowed({ roles: some as Role[] });
  const byScopes: IsEnough = (some) => isAllowed({ scopes: [...some] });
  const { enough, others } = await eachAlone(roles, byRoles);
  return {
    roles: enough,
    together: others.length > 1 ? await enoughOf(others, byRoles) : null,
    scopes: await fewestOf(scopes, byScopes),
  };
}

type IsEnough = (some: readonly string[]) => Promise<boolean>;

/** Sorts out which of a list are enough, each alone. */
async function eachAlone(all: readonly string[], isEnough: IsEnough) {
  const answers = await Promise.all(all.map((one) => isEnough([one])));
  return { enough: all.filter((_, index) => answers[index]), others: all.filter((_, index) => !answers[index]) };
}

/** Returns none or one of a list if that is enough, else some without one too many. */
async function fewestOf(all: readonly string[], isEnough: IsEnough): Promise<readonly string[] | null> {
  if (await isEnough([])) return [];
  const { enough } = await eachAlone(all, isEnough);
  return enough.length > 0 ? enough.slice(0, 1) : enoughOf(all, isEnough);
}

/** Returns some of a list that are enough without one too many, the first left out first; null if all are not enough. */
async function enoughOf(all: readonly string[], isEnough: IsEnough): Promise<readonly string[] | null> {
  if (!(await isEnough(all))) return null;
  let left = all;
  for (const one of all) {
    const fewer = left.filter((other) => other !== one);
    // Each answer decides what is asked next.
    // eslint-disable-next-line no-await-in-loop
    if (await isEnough(fewer)) left = fewer;
  }
  return left;
}

/** Says in sentences what would suffice. */
export function sufficientText({ roles: [first, ...more], together, scopes }: Sufficient): string {
  const set = together?.join(' and ');
  const ofSet = set === undefined ? '' : ` ${set} together would allow it as well.`;
  const ofRoles =
    first === undefined
      ? `No role alone would allow it all${set === undefined ? '.' : `; ${set} together would.`}`
      : `The smallest role that allows it: ${first}${more.length === 0 ? '' : ` (so do ${more.join(', ')})`}.${ofSet}`;
  return `${ofRoles}${scopes === null || scopes.length === 0 ? '' : ` Scopes that would do: ${scopes.join(', ')}.`}`;
}
