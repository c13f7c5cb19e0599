import type { RoleTable } from '../authorization/index.ts';

/** The scopes of each role. A role has the scopes of the roles that it includes. */
export const roles = {
  VIEWER: { scopes: ['articles:read', 'comments:read', 'comments:write'] },
  EDITOR: { includes: ['VIEWER'], scopes: ['articles:write'] },
  MODERATOR: { includes: ['VIEWER'], scopes: ['comments:moderate', 'reports:read'] },
  ADMIN: { includes: ['EDITOR', 'MODERATOR'], scopes: ['*'] },
} satisfies RoleTable;

/** Scopes that no role but ADMIN holds, by its `*`. One that a role above names need not stand here. */
export const furtherScopes = [
  'users:read',
  'users:manage',
  'sessions:revoke',
  'api-keys:revoke',
  'audit:read',
  'access:simulate',
  'tokens:introspect',
  'signing-keys:read',
  'signing-keys:rotate',
  'system:read',
];
