import { badInput } from '../../errors.ts';
import { requireText } from '../../input.ts';
import { isRange } from '../../ranges.ts';

/** A key as its owner asks for it. */
export interface NewKey {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresAt?: Date | null | undefined;
  readonly networks?: readonly string[] | null | undefined;
}

const longestName = 100;
const mostScopes = 50;
const longestScope = 100;
const mostNetworks = 50;
// Segments of a scope, the last of which may be a wildcard; blanks separate scopes in tokens (RFC 6749 §3.3).
const scopeSpelling = /^(\*|[\w.-]+(:[\w.-]+)*(:\*)?)$/;

/** @throws BAD_USER_INPUT, naming the field, where something of it cannot be. */
export const requireNewKey = ({ name, scopes, expiresAt, networks }: NewKey, now: Date) => ({
  name: requireText('input.name', name, longestName),
  scopes: requireScopes(scopes),
  expiresAt: requireExpiry(expiresAt ?? null, now),
  networks: requireNetworks(networks ?? []),
});

function requireScopes(scopes: readonly string[]): readonly string[] {
  const field = 'input.scopes';
  if (scopes.length === 0) throw badInput(field, 'empty', 'A key needs at least one scope.');
  if (scopes.length > mostScopes) throw badInput(field, 'too_long', `A key has at most ${mostScopes} scopes.`);
  if (scopes.every((scope) => scope.length <= longestScope && scopeSpelling.test(scope))) return scopes;
  throw badInput(field, 'invalid_scope', 'A scope looks like `articles:read`, `articles:*` or `*`.');
}

function requireExpiry(expiresAt: Date | null, now: Date): Date | null {
  if (expiresAt === null || expiresAt > now) return expiresAt;
  throw badInput('input.expiresAt', 'not_in_future', 'A key expires in the future, or never: null.');
}

function requireNetworks(networks: readonly string[]): string[] {
  const field = 'input.networks';
  if (networks.length > mostNetworks) throw badInput(field, 'too_long', `A key has at most ${mostNetworks} networks.`);
  if (networks.every(isRange)) return [...new Set(networks)];
  throw badInput(field, 'invalid_range', 'A network is an address or a CIDR range such as 192.0.2.0/24.');
}
