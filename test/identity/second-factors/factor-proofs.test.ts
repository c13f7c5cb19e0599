import { beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { WriteContext } from '../../../src/audit/record.ts';
import { AppError } from '../../../src/errors.ts';
import { createFactorList } from '../../../src/identity/sign-in/factor-list.ts';
import { isRecent } from '../../../src/identity/sign-in/recent.ts';
import type { FactorProof, SecondFactor, VerifiedProof } from '../../../src/identity/sign-in/second-factor.ts';
import {
  createFactorLimiters,
  createVerifyFactor,
  factorBudget,
  givenProofs,
  stepUpBudget,
  type FactorLimiters,
  type FactorOccasion,
  type FactorProofs,
} from '../../../src/identity/sign-in/verify-factor.ts';
import { createLimiters } from '../../../src/limits/limiter.ts';
import { keepingRecorder } from '../../support/contexts.ts';

const now = new Date('2026-11-30T12:00:00.900Z');

/** A factor that takes the word `right`, and keeps what it was asked. */
function factor(changes: Partial<SecondFactor> = {}): SecondFactor & { readonly asked: FactorProof[] } {
  const asked: FactorProof[] = [];
  const method = changes.method ?? 'TOTP';
  return {
    asked,
    method,
    amr: ['otp'],
    proofField: 'code',
    isEnrolled: ({ secondFactors }) => secondFactors.includes(method),
    verify: async (_, attempt): Promise<VerifiedProof | null> => {
      asked.push(attempt);
      return attempt.proof === 'right' ? {} : null;
    },
    removeAll: async () => undefined,
    ...changes,
  };
}

const account = { id: randomUUID(), secondFactors: ['TOTP', 'RECOVERY_CODE', 'PASSKEY'] };

describe('The second factors of an account', () => {
  const totp = factor();
  const backup = factor({ method: 'RECOVERY_CODE', isBackup: true, proofField: 'recoveryCode' });
  const passkey = factor({ method: 'PASSKEY', amr: ['pop', 'user'], proofField: 'passkey', isBackup: false });
  const factors = createFactorList([totp, backup, passkey]);
  const having = (...secondFactors: string[]) => ({ id: account.id, secondFactors });

  test('are those of the list that it has, and it is asked for one unless all of them stand in for another', () => {
    expect(factors.enrolled(having('TOTP', 'RECOVERY_CODE'))).toEqual([totp, backup]);
    expect(factors.enrolled(having('LOST'))).toEqual([]);
    expect(factors.hasFactor(having())).toBe(false);
    expect(factors.hasFactor(having('RECOVERY_CODE'))).toBe(false);
    expect(factors.hasFactor(having('TOTP'))).toBe(true);
    expect(factors.hasFactor(having('RECOVERY_CODE', 'PASSKEY'))).toBe(true);
    // A factor that no list knows any more still counts.
    expect(factors.hasFactor(having('RECOVERY_CODE', 'LOST'))).toBe(true);
  });

  test('and the ways to sign in have their names in the claim amr, each once', () => {
    expect(factors.amrOf(['PASSWORD'], [])).toEqual(['pwd']);
    expect(factors.amrOf(['EMAIL', 'EXTERNAL', 'INVITATION'], [])).toEqual(['email', 'external', 'invitation']);
    expect(factors.amrOf(['PASSWORD', 'TOTP', 'RECOVERY_CODE'], ['hwk', 'otp'])).toEqual(['pwd', 'otp', 'hwk', 'mfa']);
    expect(factors.amrOf(['PASSKEY'], ['hwk'])).toEqual(['pop', 'user', 'hwk', 'mfa']);
  });
});

describe('The proof of a second factor', () => {
  let recorder: ReturnType<typeof keepingRecorder>;
  let attempts: FactorLimiters;
  beforeEach(() => {
    recorder = keepingRecorder();
    attempts = createFactorLimiters(createLimiters(null));
  });

  // What the factors here are given of the request is not looked at.
  const context = { principal: { kind: 'anonymous' }, now } as WriteContext;
  const signIn: FactorOccasion = { states: { TOTP: 'kept', PASSKEY: 'of another' } };

  function verify(
    factors: readonly SecondFactor[],
    proofs: FactorProofs,
    occasion: FactorOccasion = signIn,
    of = account,
  ) {
    const list = createFactorList(factors);
    return createVerifyFactor({ attempts, factors: list, recorder })(context, of, proofs, occasion);
  }

  test('is one: what is null is none', async () => {
    expect(givenProofs({ code: null, recoveryCode: undefined, passkey: {} })).toEqual(['passkey']);
    const oneProof = {
      code: 'BAD_USER_INPUT',
      message: 'Give one of `code`, `recoveryCode` and `passkey`.',
      options: { field: 'input', problem: 'one_proof' },
    };
    for (const proofs of [{}, { code: null }, { code: 'right', recoveryCode: 'right' }]) {
      await expect(verify([factor()], proofs)).rejects.toMatchObject(oneProof);
    }
    expect(await verify([factor()], { code: 'right', recoveryCode: null })).toEqual({ method: 'TOTP', amr: [] });
  });

  test('is given to each factor that takes it and that the account has, with its own state, until one accepts', async () => {
    const [first, second] = [factor({ verify: async () => null }), factor({ verify: async () => ({ amr: ['hwk'] }) })];
    const [lost, other, third] = [factor({ method: 'INVITATION' }), factor({ proofField: 'passkey' }), factor()];
    const proved = await verify([lost, other, first, second, third], { code: 'right' });
    expect(proved).toEqual({ method: 'TOTP', amr: ['hwk'] });
    expect([lost.asked, other.asked, third.asked]).toEqual([[], [], []]);
    await verify([third], { code: 'right' });
    await verify([third], { code: 'right' }, { sessionId: 'a-session' });
    expect(third.asked).toEqual([
      { account, proof: 'right', state: 'kept' },
      { account, proof: 'right', state: undefined },
    ]);
  });

  test('that is wrong, or that no factor takes, is refused and recorded', async () => {
    for (const proofs of [{ code: 'wrong' }, { recoveryCode: 'right' }]) {
      await expect(verify([factor()], proofs)).rejects.toMatchObject({
        code: 'INVALID_CREDENTIALS',
        message: 'The second factor was not accepted. A code works once and for a short time: try the next one.',
      });
    }
    expect(recorder.events).toEqual(
      ['code', 'recoveryCode'].map((proof) => ({
        by: context.principal,
        type: 'factor.refused',
        outcome: 'FAILURE',
        actorId: null,
        subjectId: account.id,
        details: { proof },
      })),
    );
  });

  test('has ten wrong tries an hour for an account in sign-ins, and for each session that proves its user again', async () => {
    expect(factorBudget).toEqual({ name: 'second-factor', points: 10, windowSeconds: 3600 });
    expect(stepUpBudget).toEqual({ name: 'second-factor-step-up', points: 10, windowSeconds: 3600 });
    const codeOf = async (occasion: FactorOccasion, code = 'wrong'): Promise<string> =>
      verify([factor()], { code }, occasion).then(
        () => 'accepted',
        (error: unknown) => (error instanceof AppError ? error.code : 'a defect'),
      );
    for (const occasion of [signIn, { sessionId: 'one' }, { sessionId: 'other' }, { sessionId: undefined }]) {
      for (let tries = 0; tries < 12; tries += 1) expect(await codeOf(occasion, 'right')).toBe('accepted');
      for (let tries = 0; tries < 10; tries += 1) expect(await codeOf(occasion)).toBe('INVALID_CREDENTIALS');
      expect(await codeOf(occasion, 'right')).toBe('RATE_LIMITED');
    }
    // A user without a session has the tries of the account.
    expect(await attempts.stepUp.consume(account.id)).toMatchObject({ before: 10 });
    await expect(verify([factor()], { code: 'right' })).rejects.toThrow('Too many wrong codes: try again later.');
  });

  test('costs no try if it cannot be guessed, if no factor takes it, or if it could not be looked at', async () => {
    const unguessable = factor({ method: 'PASSKEY', proofField: 'passkey', isGuessable: false });
    const failing = factor({
      verify: async () => {
        throw new AppError('SERVICE_UNAVAILABLE', 'The database is away.');
      },
    });
    for (let tries = 0; tries < 11; tries += 1) {
      await expect(verify([unguessable], { passkey: 'wrong' })).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
      await expect(verify([unguessable], { code: 'right' })).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
      await expect(verify([failing], { code: 'right' })).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    }
    expect(await verify([factor()], { code: 'right' })).toEqual({ method: 'TOTP', amr: [] });
  });
});

test('A proof is recent for fifteen minutes', () => {
  const at = now.getTime() / 1000;
  expect(isRecent(now, at)).toBe(true);
  expect(isRecent(now, at - 900)).toBe(true);
  expect(isRecent(now, at - 900.001)).toBe(false);
  expect(isRecent(now, null)).toBe(false);
  expect(isRecent(now, undefined)).toBe(false);
});
