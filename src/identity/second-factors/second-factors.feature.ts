import type { Feature, FeatureDeps } from '../../feature/feature.ts';
import { RecoveryCode } from './recovery-code.entity.ts';
import type { RecoveryCodes } from './recovery-codes.ts';
import { createSecondFactorResolvers } from './second-factors.resolvers.ts';
import { TotpCredential } from './totp-credential.entity.ts';
import { createTotpEnrolments, type TotpEnrolmentDeps } from './totp-enrolment.service.ts';

export interface SecondFactorsFeatureDeps extends Pick<FeatureDeps, 'recorder'>, TotpEnrolmentDeps {
  readonly recoveryCodes: RecoveryCodes;
}

export const secondFactorsFeature = {
  systemWork: 'second factors change by proofs',
  entities: [TotpCredential, RecoveryCode],
  create: (deps) => createSecondFactorResolvers({ ...deps, totpEnrolments: createTotpEnrolments(deps) }),
} satisfies Feature<SecondFactorsFeatureDeps>;
