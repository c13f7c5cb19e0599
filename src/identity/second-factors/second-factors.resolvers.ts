import { principalOf } from '../../authorization/index.ts';
import type { Resolvers } from '../../generated/resolvers.ts';
import { requireWholeUserId } from '../../users/require-user.ts';
import type { RecoveryCodes } from './recovery-codes.ts';
import type { TotpEnrolments } from './totp-enrolment.service.ts';

export interface SecondFactorResolversDeps {
  readonly recoveryCodes: RecoveryCodes;
  readonly totpEnrolments: TotpEnrolments;
}

/** Enrols and removes second factors. */
export const createSecondFactorResolvers = ({
  recoveryCodes,
  totpEnrolments,
}: SecondFactorResolversDeps): Resolvers => ({
  Mutation: {
    beginTotpEnrolment: (_, __, context, info) => totpEnrolments.begin(context, requireWholeUserId(principalOf(info))),
    confirmTotpEnrolment: async (_, { code }, context, info) => ({
      codes: await totpEnrolments.confirm(context, requireWholeUserId(principalOf(info)), code),
    }),
    regenerateRecoveryCodes: async (_, __, context, info) => ({
      codes: await totpEnrolments.regenerateCodes(context, requireWholeUserId(principalOf(info))),
    }),
    disableTotp: (_, __, context, info) => totpEnrolments.disable(context, requireWholeUserId(principalOf(info))),
  },
  User: {
    recoveryCodesLeft: ({ id }, _, context) => recoveryCodes.leftOf(context, id),
  },
});
