import { definePolicy, userIdOf } from '../../src/authorization/index.ts';
import type { GuardOptions, Principal } from '../../src/authorization/index.ts';
import { sharesOf, TYPES } from './fuzz-world.ts';
import type { Caller, WorldRow } from './fuzz-world.ts';

const policies = TYPES.map((type) =>
  definePolicy<WorldRow>(type, ({ allOf, anyOf, is, role, some }) => ({
    read: anyOf(
      is({ isOpen: true }),
      role('B'),
      some(
        'shares',
        allOf(
          is((principal) => ({ user: userIdOf(principal) })),
          is({ level: { $gte: 1 } }),
        ),
      ),
    ),
    match: anyOf(
      is((_, args) => ({ level: args['x'] as number })),
      role('A'),
    ),
    edit: anyOf(
      is(() => ({ isMine: true })),
      role('A'),
    ),
  })),
);
export const roles = { A: {}, B: {}, C: {}, ABOVE: { includes: ['A', 'C'] } };
const scopes = ['x:read', 'x:write', 'y:read', 'z:read'];
export const principalOfCaller = ({ kind, roles: held, scopes: granted, networks }: Caller): Principal =>
  kind === 'anonymous' ? { kind, networks } : { kind, id: 'u', roles: held, scopes: granted, networks };

/** The access rules of every random world, besides those of its SDL. */
export const accessOfWorld: GuardOptions<Principal> = {
  principal: (contextValue) => contextValue,
  typeResolver: (row) => (row as WorldRow).kind,
  roles,
  rules: { holdsC: (principal) => principal.kind === 'user' && principal.roles.includes('C') },
  scopes,
  policies,
  relations: (_, property) => (property === 'shares' ? { type: undefined, isMany: true } : undefined),
  loadMany: async (_, id) => [...sharesOf(Number(id))],
};
