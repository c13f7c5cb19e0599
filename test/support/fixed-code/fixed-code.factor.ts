import type { SecondFactor } from '../../../src/identity/sign-in/second-factor.ts';

export const fixedCode = 'open sesame';

/** A made-up second factor that every account has, and whose code never changes. */
export const createFixedCode = (): SecondFactor => ({
  method: 'PASSKEY',
  amr: ['kba'],
  proofField: 'code',
  isEnrolled: () => true,
  verify: async (_, { proof }) => (proof === fixedCode ? {} : null),
  removeAll: async () => undefined,
});
