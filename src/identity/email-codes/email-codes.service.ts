import type { Recorder, WriteContext } from '../../audit/record.ts';
import { AppError, badInput } from '../../errors.ts';
import type { Budget } from '../../limits/budget.ts';
import { type CreateLimiter, takeAttempt } from '../../limits/limiter.ts';
import type { RequestContext } from '../../request/context.ts';
import { isEmail, normaliseEmail } from '../../users/email.ts';
import { lockAccount } from '../../users/lock-account.ts';
import type { User } from '../../users/user.entity.ts';
import type { AccountMail } from '../accounts/account-mail.ts';
import type { ResetToProvenOwner } from '../accounts/first-proof.ts';
import { createMailBudget } from '../accounts/mail-budget.ts';
import type { FactorList } from '../sign-in/factor-list.ts';
import {
  consumeEmailLogin,
  invalidEmailLogin,
  isCodeOf,
  issueEmailLogin,
  isTokenOf,
  takeEmailLogin,
  type NewEmailLogin,
} from './email-login-store.ts';
import { PendingEmailLogin } from './pending-email-login.entity.ts';

export interface EmailCodesDeps {
  readonly isEmailLoginOn: boolean;
  readonly createLimiter: CreateLimiter;
  readonly factors: Pick<FactorList, 'hasFactor'>;
  readonly firstProof: ResetToProvenOwner;
  readonly mail: Pick<AccountMail, 'require'>;
  readonly recorder: Pick<Recorder, 'note' | 'record'>;
}

/** A request: an operator on the command line, without an IP address, asks for no mail. */
type RequestingContext = WriteContext & Pick<RequestContext, 'ipAddress'>;

/** The answer to a mail: the handle of the client that asked for it, and either proof. */
export interface EmailProof {
  readonly handle: string | null | undefined;
  readonly code?: string | null | undefined;
  readonly token?: string | null | undefined;
}

/** Limits the wrong codes for one e-mail, however many mails a stranger lets send; links are not counted. */
const codesBudget: Budget = { name: 'email-login-codes', points: 20, windowSeconds: 3600 };

export type EmailCodes = ReturnType<typeof createEmailCodes>;

/** Signs in by proof of a mailbox: by the code of a mail or its link, where the mail was asked for. */
export function createEmailCodes(deps: EmailCodesDeps) {
  const { createLimiter, factors, firstProof, isEmailLoginOn, mail, recorder } = deps;
  const codes = createLimiter(codesBudget);
  const takeMail = createMailBudget(createLimiter, 'email-login', { ofClient: 5, ofAll: 20 });

  /**
   * Sends a mail, if the e-mail has an account. Neither the answer nor its time tells whether there is one.
   * @throws FORBIDDEN if e-mail codes are switched off; SERVICE_UNAVAILABLE if no mail can be sent.
   */
  async function begin(context: RequestingContext, text: string): Promise<Pick<NewEmailLogin, 'handle'>> {
    requireOn();
    const normalised = normaliseEmail(text);
    const email = isEmail(normalised) ? normalised : '';
    const login = await issueEmailLogin(context, email);
    // Counted once, however often the mail has to be written.
    let isWithin: Promise<boolean> | undefined;
    await mail.require('email-login', (em, templates) =>
      em.transactional(async (tx) => {
        const user = email === '' ? null : await lockAccount(tx, { email });
        if (user === null) return null;
        isWithin ??= takeMail(email, context.ipAddress);
        if (!(await isWithin)) return null;
        const { id, credentialVersion } = user;
        await tx.nativeUpdate(PendingEmailLogin, { id: login.id }, { user: id, credentialVersion });
        recorder.record(tx, context, { type: 'email_login.requested', subjectId: id });
        return templates.emailLogin(user, login);
      }),
    );
    return { handle: login.handle };
  }

  /**
   * Returns the user whose mailbox a code or a link proves, and uses the mail up. The first proof of an e-mail takes
   * away what was added to the account before, unless it has a second factor: that is asked for as ever.
   * @throws BAD_USER_INPUT without a handle, or unless there is one proof; INVALID_GRANT if the sign-in is over;
   * INVALID_CREDENTIALS if the proof is wrong; RATE_LIMITED after five, or too many for this e-mail.
   */
  async function prove(context: WriteContext, proof: EmailProof): Promise<User> {
    requireOn();
    const { handle, verify, isCode } = await requireProof(proof).catch((error: unknown) =>
      noteAndThrow(context, null, error),
    );
    const login = await takeEmailLogin(context, handle).catch((error: unknown) => noteAndThrow(context, null, error));
    await requireRight(context, login, { isRight: verify(login), isCode });
    const finishing = context.em.transactional(async (tx) => {
      // The account is held before what belongs to it, as everywhere: the other order would be a deadlock.
      const user = await lockAccount(tx, { id: login.user?.id ?? null, email: login.email });
      if (user === null || user.credentialVersion !== login.credentialVersion) throw invalidEmailLogin();
      await consumeEmailLogin(tx, context.now, login);
      if (user.emailProvedAt == null && !factors.hasFactor(user)) await firstProof(tx, context, user);
      return user;
    });
    return finishing.catch((error: unknown) => noteAndThrow(context, login, error));
  }

  /** Counts a wrong proof for the mail and, if it is a code, for the e-mail. */
  async function requireRight(
    context: WriteContext,
    login: PendingEmailLogin,
    { isRight, isCode }: { isRight: boolean; isCode: boolean },
  ): Promise<void> {
    if (isCode) {
      const refused = 'Too many wrong codes for this e-mail address: use the link of the mail, or try again later.';
      await takeAttempt(codes, login.email, refused).catch((error: unknown) => noteAndThrow(context, login, error));
      await codes.endAttempt(login.email, !isRight);
    }
    if (isRight) return;
    const message = isCode ? 'The code is wrong.' : 'The link is not that of the latest mail to this device.';
    await noteAndThrow(context, login, new AppError('INVALID_CREDENTIALS', message));
  }

  async function noteAndThrow(context: WriteContext, login: PendingEmailLogin | null, error: unknown): Promise<never> {
    if (error instanceof AppError && error.code !== 'SERVICE_UNAVAILABLE') {
      await recorder.note(context, {
        type: 'session.start_failed',
        outcome: 'FAILURE',
        subjectId: login?.user?.id ?? null,
        details: { method: 'EMAIL', reason: reasons[error.code] ?? 'refused' },
      });
    }
    throw error;
  }

  function requireOn(): void {
    if (!isEmailLoginOn) throw new AppError('FORBIDDEN', 'Signing in by e-mail is switched off: set EMAIL_LOGIN=on.');
  }

  return { begin, prove };
}

/** The words in the audit log for what was wrong. */
const reasons: Readonly<Partial<Record<AppError['code'], string>>> = {
  BAD_USER_INPUT: 'no_proof',
  INVALID_CREDENTIALS: 'wrong_code',
  INVALID_GRANT: 'dead_code',
  RATE_LIMITED: 'too_many_attempts',
};

interface RequiredProof {
  readonly handle: string;
  readonly isCode: boolean;
  readonly verify: (login: PendingEmailLogin) => boolean;
}

async function requireProof({ handle, code, token }: EmailProof): Promise<RequiredProof> {
  if (!handle) {
    throw badInput(
      'input.handle',
      'required',
      'Give the `handle` that `beginEmailLogin` answered, or send its cookie.',
    );
  }
  if (code != null && token == null) {
    return { handle, isCode: true, verify: (login) => isCodeOf(login, handle, code) };
  }
  if (token != null && code == null) {
    return { handle, isCode: false, verify: (login) => isTokenOf(login, handle, token) };
  }
  throw badInput('input', 'one_proof', 'Give one of `code` and `token`.');
}
