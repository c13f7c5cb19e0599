import type { Feature } from '../../feature/feature.ts';
import { ceremonyRetention } from './ceremonies.ts';
import { PasskeyCeremony } from './passkey-ceremony.entity.ts';
import { Passkey } from './passkey.entity.ts';
import { passkeyPolicy } from './passkey.policy.ts';
import { createPasskeyResolvers, type PasskeyResolversDeps } from './passkeys.resolvers.ts';
import { createPasskeys, passkeyById, type PasskeysDeps } from './passkeys.service.ts';

export interface PasskeysFeatureDeps extends PasskeysDeps, Pick<PasskeyResolversDeps, 'signInField'> {}

export const passkeysFeature = {
  systemWork: 'passkeys change by proofs',
  entities: [Passkey, PasskeyCeremony],
  policies: [passkeyPolicy],
  nodeTypes: { Passkey: { table: 'passkeys', load: passkeyById } },
  jobs: () => [ceremonyRetention],
  create: (deps) => createPasskeyResolvers({ ...deps, passkeys: createPasskeys(deps) }),
} satisfies Feature<PasskeysFeatureDeps>;
