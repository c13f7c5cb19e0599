import { createHmac } from 'node:crypto';
import { createVault } from '../signing-keys/vault.ts';
import type { ProviderTokens } from './provider.ts';

export interface KeptTokens {
  readonly seal: (identityId: string, tokens: ProviderTokens) => Promise<string>;
  /** Opens what was sealed for an identity: for code of a team's own that calls the provider's API. */
  readonly open: (identityId: string, sealed: string) => Promise<ProviderTokens>;
}

/** Seals the tokens of providers, each set bound to its identity, by a key that comes from the root key. */
export function createKeptTokens(rootKey: Uint8Array): KeptTokens {
  const vault = createVault(createHmac('sha256', rootKey).update('provider tokens').digest());
  const purposeOf = (identityId: string): string => `provider tokens of ${identityId}`;
  return {
    seal: (identityId, tokens) => vault.seal(purposeOf(identityId), Buffer.from(JSON.stringify(tokens))),
    open: async (identityId, sealed) =>
      JSON.parse(Buffer.from(await vault.open(purposeOf(identityId), sealed)).toString()) as ProviderTokens,
  };
}
