import { expect, test } from '@jest/globals';
import { isFirstProof } from '../../../src/identity/accounts/first-proof.ts';

const at = new Date();
const id = '01900000-0000-7000-8000-000000000000';

test.each([
  ['that nobody has verified is known by the first proof', { verified: null, proved: null, hasFactor: false }, true],
  [
    'is known by it also beside the second factor of a stranger',
    { verified: null, proved: null, hasFactor: true },
    true,
  ],
  ['that is vouched for is known by it', { verified: at, proved: null, hasFactor: false }, true],
  ['that is vouched for keeps a second factor', { verified: at, proved: null, hasFactor: true }, false],
  ['that was proved before is known already', { verified: at, proved: at, hasFactor: false }, false],
])('The owner of an e-mail %s', (_, { verified, proved, hasFactor }, isFirst) => {
  const account = { id, emailVerifiedAt: verified, emailProvedAt: proved, secondFactors: hasFactor ? ['TOTP'] : [] };
  expect(isFirstProof(account, { hasFactor: ({ secondFactors }) => secondFactors.length > 0 })).toBe(isFirst);
});
