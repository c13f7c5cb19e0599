import fc from 'fast-check';
import { createRights } from '../../src/access/rights-of-roles.ts';
import { furtherScopes, roles } from '../../src/access/roles.ts';
import type { Principal } from '../../src/authorization/index.ts';

const rightsOf = createRights(roles);

/** Draws anonymous callers, and users, keys and services of these users and of none, with any roles, narrowed to any scopes. */
export function principalsOf(userIds: ReadonlyArray<string | undefined>): fc.Arbitrary<Principal> {
  const known = [...Object.values(roles).flatMap((role) => role.scopes), ...furtherScopes];
  const scopes = [...new Set([...known, 'articles', 'comments:*', 'sessions'])];
  const signedIn = fc.record({
    kind: fc.constantFrom('user' as const, 'apiKey' as const, 'service' as const),
    userId: fc.constantFrom(...userIds, undefined),
    held: fc.subarray(Object.keys(roles)),
    narrowing: fc.option(fc.subarray(scopes)),
  });
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant({ kind: 'anonymous' as const }) },
    {
      weight: 9,
      arbitrary: signedIn.map(({ kind, userId, held, narrowing }) => ({
        kind,
        id: '01900000-0000-7000-8000-00000000000f',
        userId,
        ...rightsOf(held, narrowing),
      })),
    },
  );
}
