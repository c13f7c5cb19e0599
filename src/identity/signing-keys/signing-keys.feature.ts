import type { Feature, JobDeps } from '../../feature/feature.ts';
import { rotateKeysByAge, type RotateKeysByAgeDeps } from './rotate-by-age.ts';
import { SigningKey } from './signing-key.entity.ts';
import { createSigningKeyResolvers, type SigningKeyResolversDeps } from './signing-keys.resolvers.ts';

export interface SigningKeysJobDeps extends JobDeps, Pick<RotateKeysByAgeDeps, 'vault' | 'recorder'> {}

export const signingKeysFeature = {
  entities: [SigningKey],
  jobs: ({ config: { tokens }, vault, recorder }) => [
    rotateKeysByAge({ vault, recorder, algorithm: tokens.algorithm, maxAgeDays: tokens.signingKeyMaxAgeDays }),
  ],
  create: createSigningKeyResolvers,
} satisfies Feature<SigningKeyResolversDeps, SigningKeysJobDeps>;
