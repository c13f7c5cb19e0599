import type { EntityManager } from '@mikro-orm/postgresql';
import { AppError } from '../../errors.ts';
import type { Recorder } from '../../record.ts';
import type { RequestScope } from '../../request.ts';
import { User } from '../../users/user.entity.ts';
import { createUser, requireDisplayName, type NewUser } from '../../users/users.service.ts';
import type { AccountMail } from './account-mail.ts';
import { countIssued, endTokens, invalidToken, issueToken, mostAnHour } from './account-tokens.ts';
import { requirePassword } from './password-rules.ts';
import type { Passwords } from './passwords.ts';
import type { Confirm } from './verification.service.ts';

export interface RegistrationDeps {
  readonly mode: 'open' | 'confirmed' | 'closed';
  readonly mail: AccountMail;
  readonly passwords: Passwords;
  readonly recorder: Recorder;
}

export interface NewRegistration {
  /** Normalised. */
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
}

export type Registration = ReturnType<typeof createRegistration>;

/** How accounts come into being by themselves. */
export function createRegistration({ mode, mail, passwords, recorder }: RegistrationDeps) {
  /**
   * Makes an account that works at once, its address yet unverified; or, where registrations are confirmed, sends a
   * mail and answers null, alike and after the same time for a new and a known address.
   * @throws FORBIDDEN where registration is closed; CONFLICT where it is open and the address has an account;
   * BAD_USER_INPUT for an unfit password or name; SERVICE_UNAVAILABLE where no mail can be sent.
   */
  async function register(scope: RequestScope, input: NewRegistration): Promise<User | null> {
    const { em, now } = scope;
    if (mode === 'closed')
      throw new AppError('FORBIDDEN', 'Registration is closed: ask an administrator for an invitation.');
    const { email, password } = input;
    const displayName = requireDisplayName(input.displayName);
    requirePassword('input.password', password, { email, displayName });
    const passwordHash = await passwords.hash(password, scope);
    if (mode === 'open') return em.transactional((tx) => create(tx, scope, { email, displayName, passwordHash }));
    await mail.require('registration', async (fork, letters) => {
      const isKnown = (await fork.count(User, { email })) > 0;
      const { text: token } = await issueToken(fork, now, {
        purpose: 'registration',
        email,
        ...(isKnown ? {} : { displayName, passwordHash }),
      });
      if (await isFlooded(fork, email, now)) return null;
      return isKnown ? letters.knownAddress({ email }) : letters.registration({ email, displayName }, token);
    });
    return null;
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

/** Counted after the token is there for all to see: of any number of requests at once no more than three send a mail. */
const isFlooded = async (em: EntityManager, email: string, now: Date): Promise<boolean> =>
  (await countIssued(em, now, { email, purpose: 'registration' })) > mostAnHour;
