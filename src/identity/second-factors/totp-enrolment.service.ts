import type { EntityManager } from '@mikro-orm/postgresql';
import { renderSVG } from 'uqr';
import type { Recorder } from '../../audit/record.ts';
import { newId } from '../../database/base.entity.ts';
import { AppError } from '../../errors.ts';
import { takeAttempt } from '../../limits/limiter.ts';
import type { RequestContext } from '../../request/context.ts';
import { isSameSet } from '../../request/same-set.ts';
import { lockAccount } from '../../users/lock-account.ts';
import { requireUnchangedSince } from '../../users/unchanged-since.ts';
import type { User } from '../../users/user.entity.ts';
import { enrolOrNote } from '../sign-in/enrolment-refusal.ts';
import { type FactorRemoval, noteEnrolled } from '../sign-in/factor-enrolment.ts';
import type { FactorList } from '../sign-in/factor-list.ts';
import type { FactorLimiters } from '../sign-in/verify-factor.ts';
import type { Vault } from '../signing-keys/vault.ts';
import type { FactorMail } from './factor-mail.ts';
import { recoveryMethod } from './recovery-code.factor.ts';
import type { RecoveryCodes } from './recovery-codes.ts';
import { secretPurpose } from './sealed-secret.ts';
import { describeSecret, newSecret, stepOf } from './totp-code.ts';
import { TotpCredential } from './totp-credential.entity.ts';
import { totpMethod } from './totp.factor.ts';

export interface TotpEnrolmentDeps {
  readonly factorLimiters: Pick<FactorLimiters, 'stepUp'>;
  readonly factorMail: FactorMail;
  readonly factorRemoval: FactorRemoval;
  readonly factors: FactorList;
  readonly recorder: Recorder;
  readonly recoveryCodes: RecoveryCodes;
  readonly secrets: Vault;
  /** The name under which an authenticator app lists the account. */
  readonly issuerName: string;
}

export interface TotpEnrolment {
  readonly secret: string;
  readonly uri: string;
  /** An SVG image. */
  readonly qrCode: string;
}

const pendingSeconds = 15 * 60;

export type TotpEnrolments = ReturnType<typeof createTotpEnrolments>;

/** Enrols, replaces and removes the authenticator app of an account. */
export function createTotpEnrolments(deps: TotpEnrolmentDeps) {
  const { factorLimiters, factorMail, factorRemoval, factors, issuerName, recorder, recoveryCodes, secrets } = deps;

  /** Begins an enrolment. The present authenticator stays in force until the new one is confirmed. */
  async function begin(context: RequestContext, userId: string): Promise<TotpEnrolment> {
    const { em, now } = context;
    const secret = newSecret();
    const sealed = await secrets.seal(secretPurpose(userId), secret);
    const user = await em.transactional(async (tx) => {
      const account = await requireAccount(tx, context, userId);
      const credential = await credentialOf(tx, now, account);
      credential.pendingSecret = sealed;
      credential.pendingAt = now;
      credential.pendingFactors = [...account.secondFactors];
      return account;
    });
    const described = describeSecret(secret, { issuer: issuerName, label: user.email });
    return { ...described, qrCode: renderSVG(described.uri) };
  }

  /**
   * Ends an enrolment by its first code, and answers new recovery codes.
   * @throws CONFLICT if no enrolment was begun within 15 minutes, or the account's factors have changed since;
   * INVALID_CREDENTIALS if the code is wrong; RATE_LIMITED if too many were.
   */
  const confirm = (context: RequestContext, userId: string, code: string): Promise<string[]> =>
    enrolOrNote(recorder, context, { userId, method: totpMethod, enrol: () => tryCode(context, userId, code) });

  async function tryCode(context: RequestContext, userId: string, code: string): Promise<string[]> {
    const { stepUp } = factorLimiters;
    const key = context.principal.sessionId ?? userId;
    await takeAttempt(stepUp, key, 'Too many wrong codes: try again later.');
    let isWrong = false;
    try {
      const confirmed = await context.em.transactional(async (tx) => confirmWithin(tx, context, userId, code));
      isWrong = confirmed === null;
      if (confirmed !== null) {
        factorMail(confirmed.isReplaced ? 'factorReplaced' : 'factorEnrolled', userId);
        return confirmed.codes;
      }
    } finally {
      await stepUp.endAttempt(key, isWrong);
    }
    throw new AppError(
      'INVALID_CREDENTIALS',
      'The code is wrong: check the clock of your phone, and try the next code.',
    );
  }

  /** Answers null if the code is wrong. */
  async function confirmWithin(tx: EntityManager, context: RequestContext, userId: string, code: string) {
    const { now } = context;
    const user = await requireAccount(tx, context, userId);
    const credential = await credentialOf(tx, now, user);
    const sealed = requirePending(credential, user, now);
    const step = stepOf(await secrets.open(secretPurpose(userId), sealed), code, now);
    if (step === null) return null;
    const isReplaced = credential.sealedSecret != null;
    Object.assign(credential, { createdAt: now, sealedSecret: sealed, lastStep: step, ...nothingPending });
    noteEnrolled(user, totpMethod);
    noteEnrolled(user, recoveryMethod);
    recorder.record(tx, context, {
      type: 'factor.enrolled',
      subjectId: userId,
      details: { method: totpMethod, isReplaced },
    });
    return { isReplaced, codes: await recoveryCodes.regenerate(tx, now, userId) };
  }

  /** Removes the authenticator; answers whether there was one. Recovery codes go along with the last factor. */
  async function disable(context: RequestContext, userId: string): Promise<boolean> {
    const isRemoved = await context.em.transactional(async (tx) => {
      const user = await requireAccount(tx, context, userId);
      const factor = factors.enrolled(user).find(({ method }) => method === totpMethod);
      if (factor === undefined) return false;
      await factorRemoval.remove(tx, context, user, factor);
      recorder.record(tx, context, { type: 'factor.removed', subjectId: userId, details: { method: totpMethod } });
      return true;
    });
    if (isRemoved) factorMail('factorRemoved', userId);
    return isRemoved;
  }

  /** Replaces the recovery codes. @throws CONFLICT if the account has no second factor. */
  async function regenerateCodes(context: RequestContext, userId: string): Promise<string[]> {
    const codes = await context.em.transactional(async (tx) => {
      const user = await requireAccount(tx, context, userId);
      if (!factors.hasFactor(user))
        throw new AppError('CONFLICT', 'Recovery codes need a second factor: add one first.');
      noteEnrolled(user, recoveryMethod);
      recorder.record(tx, context, { type: 'recovery_codes.renewed', subjectId: userId });
      return recoveryCodes.regenerate(tx, context.now, userId);
    });
    factorMail('recoveryCodesRenewed', userId);
    return codes;
  }

  return { begin, confirm, disable, regenerateCodes };
}

async function requireAccount(tx: EntityManager, context: RequestContext, userId: string): Promise<User> {
  const user = await lockAccount(tx, { id: userId });
  requireUnchangedSince(user, context.principal);
  return user;
}

/** Finds the row of an account that the caller holds, or makes it. */
async function credentialOf(tx: EntityManager, now: Date, user: User): Promise<TotpCredential> {
  const found = await tx.findOne(TotpCredential, { user: user.id }, { refresh: true });
  const empty = { sealedSecret: null, lastStep: null, ...nothingPending };
  return found ?? tx.create(TotpCredential, { id: newId(now), createdAt: now, user, ...empty });
}

const nothingPending = { pendingSecret: null, pendingAt: null, pendingFactors: null };

function requirePending({ pendingSecret, pendingAt, pendingFactors }: TotpCredential, user: User, now: Date): string {
  const isOpen = pendingAt != null && now.getTime() - pendingAt.getTime() <= pendingSeconds * 1000;
  const isSame = pendingFactors != null && isSameSet(pendingFactors, user.secondFactors);
  if (pendingSecret != null && isOpen && isSame) return pendingSecret;
  throw new AppError('CONFLICT', 'There is no enrolment to confirm: begin it again with `beginTotpEnrolment`.');
}
