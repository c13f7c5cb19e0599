import { isRange } from '../../config/ip-ranges.ts';
import { badInput } from '../../errors.ts';
import { requireName, requireScopes } from '../../request/input.ts';

/** A key as its owner asks for it. */
export interface NewKey {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresAt?: Date | null | undefined;
  readonly networks?: readonly string[] | null | undefined;
}

const maxName = 100;
const maxNetworks = 50;

/** Checks a wanted key. @throws BAD_USER_INPUT, naming the field, if one of its values is invalid. */
export const requireNewKey = ({ name, scopes, expiresAt, networks }: NewKey, now: Date) => ({
  name: requireName('input.name', name, maxName),
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
  throw badInput(
    'input.expiresAt',
    'not_in_future',
    '`expiresAt` must be in the future, or null for a key that never expires.',
  );
}

function requireNetworks(networks: readonly string[]): string[] {
  const field = 'input.networks';
  if (networks.length > maxNetworks) throw badInput(field, 'too_many', `A key has at most ${maxNetworks} networks.`);
  if (networks.every(isRange)) return [...new Set(networks)];
  throw badInput(field, 'invalid_range', 'A network is an IP address or a CIDR range such as 192.0.2.0/24.');
}
