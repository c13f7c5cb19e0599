import type { Role } from '../generated/documents.ts';

/** Tells whether an operation would be allowed to a made-up caller. */
export type IsAllowed = (rights: { readonly roles?: Role[]; readonly scopes?: string[] }) => Promise<boolean>;

export interface Sufficient {
  /** Roles of which each alone would do, the smallest first. */
  readonly roles: readonly string[];
  /** A set of scopes that would do and of which none can be left out; null if scopes alone do not help. */
  readonly scopes: readonly string[] | null;
}

/** Finds the smallest rights that would allow an operation, by asking the server about each. */
export async function findSufficient(
  isAllowed: IsAllowed,
  { roles, scopes }: { readonly roles: readonly string[]; readonly scopes: readonly string[] },
): Promise<Sufficient> {
  const allowed = await Promise.all(roles.map((role) => isAllowed({ roles: [role as Role] })));
  return {
    roles: roles.filter((_, index) => allowed[index]),
    scopes: (await isAllowed({ scopes: [...scopes] })) ? await withoutNeedless(isAllowed, scopes) : null,
  };
}

/** Leaves out, one after the other, the scopes without which the operation is allowed as well. */
async function withoutNeedless(isAllowed: IsAllowed, scopes: readonly string[]): Promise<readonly string[]> {
  let left = [...scopes];
  for (const scope of scopes) {
    const fewer = left.filter((one) => one !== scope);
    // Each answer decides what is asked next.
    // eslint-disable-next-line no-await-in-loop
    if (await isAllowed({ scopes: fewer })) left = fewer;
  }
  return left;
}
