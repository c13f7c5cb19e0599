import type { Recorder, WriteContext } from '../../audit/record.ts';
import { AppError, badInput } from '../../errors.ts';
import type { Budget } from '../../limits/budget.ts';
import { type CreateLimiter, type Limiter, takeAttempt } from '../../limits/limiter.ts';
import type { AuthMethod } from '../sessions/session.entity.ts';
import type { FactorList } from './factor-list.ts';
import type { FactorAccount, ProofField, SecondFactor } from './second-factor.ts';

/** Limits the wrong proofs of an account's second factors in its sign-ins, apart from its passwords. */
export const factorBudget: Budget = { name: 'second-factor', points: 10, windowSeconds: 3600 };

/**
 * Limits the wrong proofs of one session that proves its user once more. It is a budget of its own: the thief of an
 * access token could otherwise keep the owner from signing in.
 */
export const stepUpBudget: Budget = { name: 'second-factor-step-up', points: 10, windowSeconds: 3600 };

/** The attempts at second factors: those of accounts in sign-ins, and those of sessions. */
export interface FactorLimiters {
  readonly signIn: Limiter;
  readonly stepUp: Limiter;
}

export const createFactorLimiters = (createLimiter: CreateLimiter): FactorLimiters => ({
  signIn: createLimiter(factorBudget),
  stepUp: createLimiter(stepUpBudget),
});

/** The occasion of a proof: it answers the challenge of a sign-in, or comes from a session. */
export type FactorOccasion =
  | { readonly states: Readonly<Record<string, unknown>> }
  | {
      /** Undefined for a user who is signed in without a session, as by Basic. */
      readonly sessionId: string | undefined;
    };

/** The proofs of a factor that a client may send: one of these. */
export type FactorProofs = Readonly<Partial<Record<ProofField, unknown>>>;

/** A factor that was just proved, and further names for the claim `amr`. */
export interface ProvedFactor {
  readonly method: AuthMethod;
  readonly amr: readonly string[];
}

export interface VerifyFactorDeps {
  readonly attempts: FactorLimiters;
  readonly factors: FactorList;
  readonly recorder: Pick<Recorder, 'note'>;
}

/**
 * Verifies the proof of a second factor and uses it up; answers what it proves. What can be guessed costs an attempt
 * until it turns out to be right; the assertion of a passkey cannot.
 * @throws BAD_USER_INPUT unless there is exactly one proof; RATE_LIMITED if too many were wrong; INVALID_CREDENTIALS.
 */
export type VerifyFactor = (
  context: WriteContext,
  account: FactorAccount,
  proofs: FactorProofs,
  occasion: FactorOccasion,
) => Promise<ProvedFactor>;

const proofFields: readonly ProofField[] = ['code', 'recoveryCode', 'passkey'];

export const givenProofs = (proofs: FactorProofs): ProofField[] => proofFields.filter((field) => proofs[field] != null);

export function createVerifyFactor({ attempts, factors, recorder }: VerifyFactorDeps): VerifyFactor {
  async function prove(
    context: WriteContext,
    account: FactorAccount,
    { field, proof, occasion }: { field: ProofField; proof: unknown; occasion: FactorOccasion },
  ): Promise<ProvedFactor | null> {
    const states = 'states' in occasion ? occasion.states : {};
    for (const factor of takingProof(account, field)) {
      const found = await factor.verify(context, { account, proof, state: states[factor.method] });
      if (found !== null) return { method: factor.method, amr: found.amr ?? [] };
    }
    return null;
  }

  const takingProof = (account: FactorAccount, field: ProofField): SecondFactor[] =>
    factors.enrolled(account).filter(({ proofField }) => proofField === field);

  return async (context, account, proofs, occasion) => {
    const field = requireOneProof(proofs);
    const attempt = (): Promise<ProvedFactor | null> =>
      prove(context, account, { field, proof: proofs[field], occasion });
    const isGuessable = takingProof(account, field).some((factor) => factor.isGuessable !== false);
    const proved = isGuessable ? await counted(attempts, account, occasion, attempt) : await attempt();
    if (proved !== null) return proved;
    await recorder.note(context, {
      type: 'factor.refused',
      outcome: 'FAILURE',
      actorId: null,
      subjectId: account.id,
      details: { proof: field },
    });
    throw new AppError(
      'INVALID_CREDENTIALS',
      'The second factor was not accepted. A code works once and for a short time: try the next one.',
    );
  };
}

/** Counts an attempt before it is made, and gives its point back if it was right. */
async function counted(
  attempts: FactorLimiters,
  account: FactorAccount,
  occasion: FactorOccasion,
  attempt: () => Promise<ProvedFactor | null>,
): Promise<ProvedFactor | null> {
  const isSignIn = 'states' in occasion;
  const limiter = isSignIn ? attempts.signIn : attempts.stepUp;
  const key = isSignIn ? account.id : (occasion.sessionId ?? account.id);
  await takeAttempt(limiter, key, 'Too many wrong codes: try again later.');
  let proved: ProvedFactor | null | undefined;
  try {
    proved = await attempt();
    return proved;
  } finally {
    await limiter.endAttempt(key, proved === null);
  }
}

function requireOneProof(proofs: FactorProofs): ProofField {
  const [field, ...others] = givenProofs(proofs);
  if (field !== undefined && others.length === 0) return field;
  throw badInput('input', 'one_proof', 'Give one of `code`, `recoveryCode` and `passkey`.');
}
