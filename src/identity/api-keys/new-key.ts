import { badInput } from '../../errors.ts';
import { requireScopes, requireText } from '../../input.ts';
import { isRange } from '../../ranges.ts';

/** A key as its owner asks for it. */
export interface NewKey {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresAt?: Date | null | undefined;
  readonly networks?: readonly string[] | null | undefined;
}

const longestName = 100;
const mostNetworks = 50;

/** @throws BAD_USER_INPUT, naming the field, where something of it cannot be. */
export const requireNewKey = ({ name, scopes, expiresAt, networks }: NewKey, now: Date) => ({
  name: requireText('input.name', name, longestName),
  scopes: requireSomeScopes(scopes),
  expiresAt: requireExpiry(expiresAt ?? null, now),
  networks: requireNetworks(networks ?? []),
});

function requireSomeScopes(scopes: readonly string[]): readonly string[] {
  if (scopes.length === 0) throw badInput('input.scopes', 'empty', 'A key needs at least one scope.');
  return requireScopes('input.scopes', scopes);
}

function requireExpiry(expiresAt: Date | null, now: Date): Date | null {
  if (expiresAt === null || expiresAt > now) return expiresAt;
  throw badInput('input.expiresAt', 'not_in_future', 'A key expires in the future, or never: null.');
}

function requireNetworks(networks: readonly string[]): string[] {
  const field = 'input.networks';
  if (networks.length > mostNetworks) throw badInput(field, 'too_many', `A key has at most ${mostNetworks} networks.`);
  if (networks.every(isRange)) return [...new Set(networks)];
  throw badInput(field, 'invalid_range', 'A network is an address or a CIDR range such as 192.0.2.0/24.');
}
