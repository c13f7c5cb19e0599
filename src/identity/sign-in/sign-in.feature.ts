import type { Feature } from '../../feature/feature.ts';
import { challengeRetention } from './challenge-retention.ts';
import { MfaChallenge } from './mfa-challenge.entity.ts';
import { createSignInResolvers, type SignInResolversDeps } from './sign-in.resolvers.ts';
import { TrustedDevice } from './trusted-device.entity.ts';

export const signInFeature = {
  systemWork: 'a user who signs in proves it first',
  entities: [MfaChallenge, TrustedDevice],
  jobs: () => [challengeRetention],
  create: createSignInResolvers,
} satisfies Feature<SignInResolversDeps>;
