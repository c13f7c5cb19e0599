import { AppError, badInput } from '../../errors.ts';
import type { RequestContext } from '../../request/context.ts';
import type { RequestPrincipal } from '../../request/credentials.ts';
import { User } from '../../users/user.entity.ts';
import type { FactorList } from './factor-list.ts';
import { requireCurrentPassword, type RequireCurrentPasswordDeps } from './passwords/require-current-password.ts';
import { isRecent } from './recent.ts';
import type { VerifyFactor } from './verify-factor.ts';

export interface RequireProofDeps extends RequireCurrentPasswordDeps {
  readonly factors: FactorList;
  readonly verifyFactor: VerifyFactor;
}

/** The proofs that stand among the arguments of an operation. */
export interface GivenProofs {
  readonly password?: string | null | undefined;
  /** A code of an authenticator app. */
  readonly code?: string | null | undefined;
}

/**
 * Requires that a user who is signed in proves once more who they are, by the operation itself: a stolen session
 * is not enough. An account with a second factor proves that one: by `code`, or within the last 15 minutes. Any
 * other account proves its password; one that has none needs a recent sign-in.
 * @throws MFA_REQUIRED, REAUTHENTICATION_REQUIRED; BAD_USER_INPUT if the password is missing; INVALID_CREDENTIALS if a
 * proof is wrong, RATE_LIMITED if too many were.
 */
export type RequireProof = (context: RequestContext, principal: RequestPrincipal, proofs: GivenProofs) => Promise<void>;

export function createRequireProof(deps: RequireProofDeps): RequireProof {
  const { factors, verifyFactor } = deps;

  return async (context, principal, { password, code }) => {
    if (principal.kind !== 'user') throw new AppError('FORBIDDEN', 'Only a user who is signed in can do this.');
    const user = await context.em.findOneOrFail(User, principal.id, { populate: ['passwordHash'] });
    if (password != null) await requireCurrentPassword(deps, context, user, password);
    if (code != null) await verifyFactor(context, user, { code }, { sessionId: principal.sessionId });
    else if (factors.hasFactor(user)) requireFreshFactor(context, principal.mfaAt);
    else if (password == null) requireFreshSignIn(context, user, principal.authTime);
  };
}

function requireFreshFactor({ now }: RequestContext, mfaAt: number | null | undefined): void {
  if (isRecent(now, mfaAt)) return;
  throw new AppError('MFA_REQUIRED', 'Give `code`, or prove your second factor by `reauthenticate` first.');
}

function requireFreshSignIn({ now }: RequestContext, user: User, authTime: number | null | undefined): void {
  if (user.passwordHash != null) throw badInput('password', 'required', 'Give the password of your account.');
  if (!isRecent(now, authTime)) throw new AppError('REAUTHENTICATION_REQUIRED', 'Sign in again to continue.');
}
