import { AppError, badInput } from '../../../errors.ts';
import { problemOf } from '../../../json-text.ts';
import { requireText } from '../../../request/input.ts';
import { parseMoment } from '../../../request/moment.ts';
import { isEmail, normaliseEmail } from '../../../users/email.ts';
import { knownRoles, type Role, type UserStatus } from '../../../users/user.entity.ts';
import { newAccountRoles, requireDisplayName } from '../../../users/users.service.ts';
import { pepperedHash } from '../../sign-in/passwords/hashes/bcrypt-hash.ts';
import { firebaseHash, type FirebaseParameters } from '../../sign-in/passwords/hashes/firebase-hash.ts';
import { UnfitHashError } from '../../sign-in/passwords/hashes/hash-scheme.ts';
import { readHash } from '../../sign-in/passwords/hashes/read-hash.ts';
import { maxReasonLength } from '../administration.service.ts';

/** An account as a line of the file describes it. */
export interface ImportedAccount {
  readonly email: string;
  readonly emailVerified: boolean;
  readonly displayName: string;
  readonly roles: readonly Role[];
  readonly status: UserStatus;
  readonly disabledReason: string | null;
  readonly createdAt: Date;
  readonly passwordHash: string | null;
}

export interface ImportRules {
  /** When accounts were made that do not say it; none was made later. */
  readonly now: Date;
  /** Null if no Firebase project was named. */
  readonly firebase: FirebaseParameters | null;
  /** True if every hash was made of the password and a pepper behind it. */
  readonly isPeppered: boolean;
}

/** A problem with one field of a line, or, without a field, with the line. */
export interface Problem {
  readonly field: string | null;
  readonly message: string;
}

type Fields = Readonly<Record<string, unknown>>;

const known = [
  'email',
  'emailVerified',
  'displayName',
  'roles',
  'status',
  'disabledReason',
  'createdAt',
  'passwordHash',
  'passwordSalt',
];

/** The account of a line, or everything that is wrong with it. Nothing that is unknown is passed over. */
export function readAccount(text: string, rules: ImportRules): ImportedAccount | readonly Problem[] {
  const fields = parseObject(text);
  if (fields === null) return [{ field: null, message: 'it is not JSON: write one object in each line' }];
  const ambiguity = problemOf(text);
  if (ambiguity !== null) return [{ field: null, message: `its JSON is not accepted: ${ambiguity}` }];
  const problems: Problem[] = Object.keys(fields)
    .filter((name) => !known.includes(name))
    .map((field) => ({ field, message: `there is no such field: leave it out; the fields are ${known.join(', ')}` }));

  function collect<T>(field: string, read: (value: unknown) => T): T | undefined {
    try {
      return read(fields?.[field] ?? undefined);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      problems.push({ field, message: error.message });
      return undefined;
    }
  }

  const account = {
    email: collect('email', requireEmail),
    emailVerified: collect('emailVerified', requireVerified),
    displayName: collect('displayName', requireName),
    roles: collect('roles', requireRoles),
    status: collect('status', requireStatus),
    disabledReason: collect('disabledReason', (value) => requireReason(value, fields['status'])),
    createdAt: collect('createdAt', (value) => requireMoment(value, rules.now)),
    passwordHash: collect('passwordHash', (value) => requirePasswordHash(value, fields['passwordSalt'], rules)),
  };
  return problems.length === 0 ? (account as ImportedAccount) : problems;
}

function parseObject(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

function requireEmail(value: unknown): string {
  const email = typeof value === 'string' ? normaliseEmail(value) : '';
  if (isEmail(email)) return email;
  throw badInput('email', 'invalid', 'it is missing or not an e-mail address: write one such as name@example.com');
}

function requireVerified(value: unknown = false): boolean {
  if (typeof value === 'boolean') return value;
  throw badInput('emailVerified', 'invalid', 'write true or false');
}

function requireName(value: unknown): string {
  if (typeof value === 'string') return requireDisplayName(value, 'displayName');
  throw badInput('displayName', 'invalid', 'it is missing: write the name by which others know this person');
}

function requireRoles(value: unknown = newAccountRoles): readonly Role[] {
  const roles: readonly unknown[] = Array.isArray(value) ? value : [null];
  if (roles.every((role): role is Role => knownRoles.some((name) => name === role))) return [...new Set(roles)];
  throw badInput('roles', 'unknown', `write a list of ${knownRoles.join(', ')}`);
}

function requireStatus(value: unknown = 'ACTIVE'): UserStatus {
  if (value === 'ACTIVE' || value === 'DISABLED') return value;
  throw badInput('status', 'unknown', 'write "ACTIVE" or "DISABLED"');
}

function requireReason(value: unknown, status: unknown): string | null {
  if (value === undefined) return null;
  if (typeof value !== 'string') throw badInput('disabledReason', 'invalid', 'write a text');
  if ((status ?? 'ACTIVE') === 'ACTIVE')
    throw badInput('disabledReason', 'invalid', 'the account is active: leave it out, or write "DISABLED" as `status`');
  return requireText('disabledReason', value, maxReasonLength);
}

/** A moment whose seconds are left out. */
const withoutSeconds = /(T\d\d:\d\d)(?=Z|[+-])/;

/** Ids begin with the moment, and a moment before 1970 has none (RFC 9562 §5.7). */
function requireMoment(value: unknown, now: Date): Date {
  if (value === undefined) return now;
  const found = typeof value === 'string' ? parseMoment(value.replace(withoutSeconds, '$1:00')) : null;
  if (found !== null && found.getTime() >= 0 && found <= now) return found;
  throw badInput(
    'createdAt',
    'invalid',
    'write a moment of the past since 1970 with its zone, such as 2020-01-31T12:00:00Z',
  );
}

function requirePasswordHash(value: unknown, salt: unknown, { firebase, isPeppered }: ImportRules): string | null {
  if (value === undefined && salt == null) return null;
  if (typeof value !== 'string') throw unfit('write it as a text, or leave it out');
  try {
    if (isPeppered) return readHash(pepperedHash(value)).stored;
    if (salt == null) return readHash(value).stored;
    if (typeof salt !== 'string') throw unfit('write `passwordSalt`, the salt of Firebase, as a text');
    if (firebase === null)
      throw unfit('it has a salt of its own, as those of Firebase do: name the parameters by --firebase-parameters');
    return readHash(firebaseHash(firebase, value, salt)).stored;
  } catch (error) {
    if (error instanceof UnfitHashError) throw unfit(error.message);
    throw error;
  }
}

const unfit = (message: string): AppError => badInput('passwordHash', 'unfit', message);
