import { AppError, badInput } from '../../errors.ts';
import type { RequestContext } from '../../request/context.ts';
import type { RequestPrincipal } from '../../request/credentials.ts';
import { User } from '../../users/user.entity.ts';
import type { AuthMethod } from '../sessions/session.entity.ts';
import type { StepUpSession, SteppedUpTokens } from '../sessions/step-up-session.ts';
import type { FactorList } from './factor-list.ts';
import { requireCurrentPassword, type RequireCurrentPasswordDeps } from './passwords/require-current-password.ts';
import { givenProofs, type FactorProofs, type VerifyFactor } from './verify-factor.ts';

export interface ReauthenticateDeps extends RequireCurrentPasswordDeps {
  readonly factors: FactorList;
  readonly stepUpSession: StepUpSession;
  readonly verifyFactor: VerifyFactor;
}

export interface ReauthenticateInput extends FactorProofs {
  readonly password?: string | null | undefined;
}

/**
 * Proves once more who is signed in, and answers a new access token of the same session. An account with a second
 * factor proves that, with or without its password; any other account proves its password.
 * @throws MFA_REQUIRED if an account with a factor gives its password alone; INVALID_CREDENTIALS; RATE_LIMITED;
 * BAD_USER_INPUT if there is no proof; FORBIDDEN for a credential without a session.
 */
export type Reauthenticate = (
  context: RequestContext,
  principal: RequestPrincipal,
  input: ReauthenticateInput,
) => Promise<SteppedUpTokens>;

export function createReauthenticate(deps: ReauthenticateDeps): Reauthenticate {
  const { factors, stepUpSession, verifyFactor } = deps;

  return async (context, principal, { password, ...proofs }) => {
    if (principal.kind !== 'user' || principal.sessionId === undefined) throw noSession();
    const user = await context.em.findOneOrFail(User, principal.id, { populate: ['passwordHash'] });
    const hasProof = givenProofs(proofs).length > 0;
    if (password == null && !hasProof) throw badInput('input', 'one_proof', 'Give your password, or a second factor.');
    if (factors.hasFactor(user) && !hasProof) throw factorNeeded();
    const methods: AuthMethod[] = [];
    if (password != null) {
      await requireCurrentPassword(deps, context, user, password);
      methods.push('PASSWORD');
    }
    const proved = hasProof ? await verifyFactor(context, user, proofs, { sessionId: principal.sessionId }) : null;
    if (proved !== null) methods.push(proved.method);
    const narrowing = principal.isNarrowed === true ? principal.scopes : null;
    return stepUpSession(context, {
      sessionId: principal.sessionId,
      methods,
      hasProvedFactor: hasProof,
      furtherAmr: proved?.amr ?? [],
      narrowing,
    });
  };
}

const noSession = (): AppError =>
  new AppError('FORBIDDEN', 'Only a user with a session can reauthenticate: sign in first.');

const factorNeeded = (): AppError =>
  new AppError('MFA_REQUIRED', 'This account has a second factor: give `code`, `recoveryCode` or `passkey`.');
