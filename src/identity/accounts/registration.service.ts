import type { EntityManager } from '@mikro-orm/postgresql';
import type { Recorder, WriteContext } from '../../audit/record.ts';
import { AppError } from '../../errors.ts';
import type { CreateLimiter } from '../../limits/limiter.ts';
import type { RequestContext } from '../../request/context.ts';
import { User } from '../../users/user.entity.ts';
import { createUser, requireDisplayName, type NewUser } from '../../users/users.service.ts';
import type { Passwords } from '../sign-in/passwords/passwords.ts';
import type { AccountMail } from './account-mail.ts';
import { isHeld, requireNotHeld } from './held-email.ts';
import { createMailBudget } from './mail-budget.ts';
import { endTokens, invalidToken, issueToken } from './single-use-tokens.ts';
import type { Confirm } from './verification.service.ts';

export interface RegistrationDeps {
  readonly mode: 'open' | 'confirmed' | 'closed';
  readonly mail: Pick<AccountMail, 'require'>;
  readonly passwords: Pick<Passwords, 'hash' | 'requireFit'>;
  readonly recorder: Pick<Recorder, 'record'>;
  readonly createLimiter: CreateLimiter;
}

export interface NewRegistration {
  /** Normalised. */
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
}

/** A request: an operator on the command line, without an IP address, registers nobody. */
type RegisterContext = WriteContext & Pick<RequestContext, 'ipAddress'>;

export type Registration = ReturnType<typeof createRegistration>;

/** Registers accounts on behalf of their owners. */
export function createRegistration({ mode, mail, passwords, recorder, createLimiter }: RegistrationDeps) {
  const takeMail = createMailBudget(createLimiter, 'registration', { ofClient: 3, ofAll: 10 });

  /**
   * Makes an account that works at once, its e-mail yet unverified; or, if registrations are confirmed, sends a
   * mail and answers null, alike and after the same time for a new and a known e-mail.
   * @throws FORBIDDEN if registration is closed; CONFLICT if it is open and the e-mail has an account;
   * BAD_USER_INPUT for an unfit password or name; SERVICE_UNAVAILABLE if no mail can be sent.
   */
  async function register(context: RegisterContext, input: NewRegistration): Promise<User | null> {
    const { em } = context;
    requireOpen();
    const { email, password } = input;
    const displayName = requireDisplayName(input.displayName);
    passwords.requireFit('input.password', password, { email, displayName });
    const passwordHash = await passwords.hash(password, context);
    if (mode === 'open') return em.transactional((tx) => create(tx, context, { email, displayName, passwordHash }));
    await sendLink(context, { email, displayName, passwordHash });
    return null;
  }

  /** Sends a link to a new e-mail, and a mail without a link to a known one. */
  async function sendLink(
    { ipAddress, now }: RegisterContext,
    wanted: { email: string; displayName: string; passwordHash: string },
  ): Promise<void> {
    const { email } = wanted;
    // Counted once, however often the mail has to be written.
    let isWithin: Promise<boolean> | undefined;
    await mail.require('registration', async (em, templates) => {
      isWithin ??= takeMail(email, ipAddress);
      if (!(await isWithin)) return null;
      if ((await em.count(User, { email })) > 0 || (await isHeld(em, now, { email })))
        return templates.knownEmail({ email });
      const { text: token } = await issueToken(em, now, { purpose: 'registration', ...wanted });
      return templates.registration(wanted, token);
    });
  }

  /**
   * Makes the account, its e-mail proven.
   * @throws FORBIDDEN if registration was closed in the meantime; CONFLICT if the e-mail has got an account.
   */
  const confirm: Confirm = async (tx, { token }, context) => {
    requireOpen();
    const { email, displayName, passwordHash } = token;
    if (displayName == null || passwordHash == null) throw invalidToken('token');
    await create(tx, context, { email, displayName, passwordHash, emailProof: { at: context.now, by: 'owner' } });
    await endTokens(tx, context.now, { email, purpose: { $in: ['registration', 'invitation'] } });
    return () => undefined;
  };

  async function create(tx: EntityManager, context: WriteContext, input: NewUser): Promise<User> {
    const user = await createUser(tx, context.now, input, requireNotHeld);
    recorder.record(tx, context, { type: 'account.registered', actorId: user.id, subjectId: user.id });
    return user;
  }

  function requireOpen(): void {
    if (mode === 'closed')
      throw new AppError('FORBIDDEN', 'Registration is closed: ask an administrator for an invitation.');
  }

  return { register, confirm };
}
