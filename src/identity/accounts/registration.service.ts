import type { EntityManager } from '@mikro-orm/postgresql';
import { AppError } from '../../errors.ts';
import { addressKey } from '../../limits/address-key.ts';
import type { Budget, CreateLimiter } from '../../limits/limiter.ts';
import type { Recorder } from '../../record.ts';
import type { RequestScope } from '../../request.ts';
import { User } from '../../users/user.entity.ts';
import { createUser, requireDisplayName, type NewUser } from '../../users/users.service.ts';
import type { AccountMail } from './account-mail.ts';
import { endTokens, invalidToken, issueToken } from './account-tokens.ts';
import { requirePassword } from './password-rules.ts';
import type { Passwords } from './passwords.ts';
import type { Confirm } from './verification.service.ts';

export interface RegistrationDeps {
  readonly mode: 'open' | 'confirmed' | 'closed';
  readonly mail: AccountMail;
  readonly passwords: Passwords;
  readonly recorder: Recorder;
  readonly createLimiter: CreateLimiter;
}

export interface NewRegistration {
  /** Normalised. */
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
}

/**
 * Mails to an address, of those that one client asks for and of all: nobody's mailbox is flooded, and no stranger alone
 * uses up what its owner needs.
 */
const mailsOfClient: Budget = { name: 'registration-mails-of-client', points: 3, windowSeconds: 3600 };
const mailsOfAll: Budget = { name: 'registration-mails', points: 10, windowSeconds: 3600 };

export type Registration = ReturnType<typeof createRegistration>;

/** How accounts come into being by themselves. */
export function createRegistration({ mode, mail, passwords, recorder, createLimiter }: RegistrationDeps) {
  const ofClient = createLimiter(mailsOfClient);
  const ofAll = createLimiter(mailsOfAll);

  /**
   * Makes an account that works at once, its address yet unverified; or, where registrations are confirmed, sends a
   * mail and answers null, alike and after the same time for a new and a known address.
   * @throws FORBIDDEN where registration is closed; CONFLICT where it is open and the address has an account;
   * BAD_USER_INPUT for an unfit password or name; SERVICE_UNAVAILABLE where no mail can be sent.
   */
  async function register(scope: RequestScope, input: NewRegistration): Promise<User | null> {
    const { em } = scope;
    if (mode === 'closed')
      throw new AppError('FORBIDDEN', 'Registration is closed: ask an administrator for an invitation.');
    const { email, password } = input;
    const displayName = requireDisplayName(input.displayName);
    requirePassword('input.password', password, { email, displayName });
    const passwordHash = await passwords.hash(password, scope);
    if (mode === 'open') return em.transactional((tx) => create(tx, scope, { email, displayName, passwordHash }));
    await sendLink(scope, { email, displayName, passwordHash });
    return null;
  }

  /** To a known address a letter without a link. */
  async function sendLink(
    { ip, now }: RequestScope,
    wanted: { email: string; displayName: string; passwordHash: string },
  ): Promise<void> {
    const { email } = wanted;
    // Counted once, however often the letter has to be written.
    let isWithin: Promise<boolean> | undefined;
    await mail.require('registration', async (em, letters) => {
      isWithin ??= takeMail(email, ip);
      if (!(await isWithin)) return null;
      if ((await em.count(User, { email })) > 0) return letters.knownAddress({ email });
      const { text: token } = await issueToken(em, now, { purpose: 'registration', ...wanted });
      return letters.registration(wanted, token);
    });
  }

  /** Whether one more mail may go to an address; what a client is refused is not counted against the address. */
  async function takeMail(email: string, ip: string): Promise<boolean> {
    const own = await ofClient.consume(`${email} ${addressKey(ip)}`);
    return own.before < ofClient.points && (await ofAll.consume(email)).before < ofAll.points;
  }

  /** The account comes into being, its address proven. @throws CONFLICT where the address has got one in the meantime. */
  const confirm: Confirm = async (tx, { token }, scope) => {
    const { email, displayName, passwordHash } = token;
    if (displayName == null || passwordHash == null) throw invalidToken('token');
    await create(tx, scope, { email, displayName, passwordHash, emailVerifiedAt: scope.now });
    await endTokens(tx, scope.now, { email, purpose: { $in: ['registration', 'invitation'] } });
    return () => undefined;
  };

  async function create(tx: EntityManager, scope: RequestScope, input: NewUser): Promise<User> {
    const user = await createUser(tx, scope.now, input);
    recorder.record(tx, scope, { type: 'account.registered', actorId: user.id, subjectId: user.id });
    return user;
  }

  return { register, confirm };
}
