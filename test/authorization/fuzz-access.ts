import { definePolicy, userIdOf } from '../../src/authorization/index.ts';
import type { GuardOptions, NamedPolicy, Principal } from '../../src/authorization/index.ts';
import { sharesOf, TYPES } from './fuzz-world.ts';
import type { Caller, WorldRow } from './fuzz-world.ts';

const policies = TYPES.map((type) =>
  definePolicy<WorldRow>(type, ({ allOf, anyOf, is, role, some }) => ({
    read: anyOf(
      is({ isOpen: true }),
      role('B'),
      is(({ attributes }) => ({ tenant: attributes?.['tenant'] as string | null })),
      is(({ attributes }) => ({ tenant: { $in: attributes?.['teams'] as string[] } })),
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
export const principalOfCaller = ({ kind, roles: held, scopes: granted, networks, attributes }: Caller): Principal =>
  kind === 'anonymous' ? { kind, networks } : { kind, id: 'u', roles: held, scopes: granted, networks, attributes };

const holds =
  (role: string): NamedPolicy =>
  (principal) =>
    principal.kind !== 'anonymous' && principal.roles.includes(role);

/** The access rules of every random world, besides those of its SDL. */
export const accessOfWorld: GuardOptions<Principal> = {
  principal: (contextValue) => contextValue,
  typeResolver: (row) => (row as WorldRow).kind,
  roles,
  rules: { holdsC: (principal) => principal.kind === 'user' && principal.roles.includes('C') },
  scopes,
  federation: {
    policies: {
      isB: holds('B'),
      isC: holds('C'),
      isInOffice: ({ networks }) => networks?.includes('office') === true,
    },
  },
  policies,
  relations: (_, property) => (property === 'shares' ? { type: undefined, isMany: true } : undefined),
  loadMany: async (_, id) => [...sharesOf(Number(id))],
};
