import { randomBytes } from 'node:crypto';
import { newId } from '../../database/base.entity.ts';
import type { Condition } from '../../database/insert-together.ts';
import { idOf, type RowOf } from '../../database/rows/row.ts';
import { columnsOf, freshEntityOf } from '../../database/shared-rows.ts';
import { AppError } from '../../errors.ts';
import type { RequestContext } from '../../request/context.ts';
import { User } from '../../users/user.entity.ts';
import { MfaChallenge } from './mfa-challenge.entity.ts';
import { hashOfSecret } from './secret-hash.ts';

const prefix = 'spm_';
export const challengeSeconds = 5 * 60;
const maxAttempts = 5;

export type NewChallenge = Pick<
  MfaChallenge,
  'user' | 'methods' | 'scopes' | 'device' | 'deviceId' | 'delivery' | 'states'
>;

/** Issues a challenge; its text is nowhere stored. */
export async function issueChallenge({ em, now }: RequestContext, challenge: NewChallenge): Promise<string> {
  const text = prefix + randomBytes(32).toString('base64url');
  em.create(MfaChallenge, {
    ...challenge,
    id: newId(now),
    createdAt: now,
    hash: hashOfSecret(text),
    credentialVersion: challenge.user.credentialVersion,
    attempts: 0,
    expiresAt: new Date(now.getTime() + challengeSeconds * 1000),
    endedAt: null,
  });
  await em.flush();
  return text;
}

/** A challenge that can still be answered, with its account. */
export type TakenChallenge = Omit<RowOf<MfaChallenge>, 'user'> & { readonly user: User };

/**
 * Finds a challenge that can still be answered, and counts the attempt before it is made, by one statement: of any
 * number of attempts, on any nodes, five are let through.
 * @throws INVALID_GRANT alike if it is unknown, used or expired, or if its account was disabled or changed its
 * password; RATE_LIMITED after five attempts.
 */
export async function takeChallenge(context: RequestContext, text: string): Promise<TakenChallenge> {
  const { em, now, rows } = context;
  const { source } = rows;
  const hash = hashOfSecret(text);
  const challenges = source.tableOf(MfaChallenge);
  const columnsOfUser = columnsOf(em.getMetadata(User));
  const statement = source.statements.get('the attempt at a challenge', () => {
    const returned = [
      ...challenges.all.names.map((name) => `c.${challenges.fieldOf(name)}`),
      ...columnsOfUser.map((name) => `u."${name}"`),
    ];
    return { text: `${countAttempt} returning ${returned.join(', ')}`, constants: [] };
  });
  const [taken] = await source.send(statement, [hash, now, maxAttempts]);
  if (taken === undefined) throw await refusalOf(context, hash);
  const challenge = challenges.rowMaker(challenges.all)(taken, 0) as RowOf<MfaChallenge>;
  const values = taken.slice(challenges.all.names.length);
  const row = Object.fromEntries(columnsOfUser.map((name, index) => [name, values[index]]));
  return { ...challenge, user: freshEntityOf(em, User, { ...row, id: idOf(challenge.user) }) };
}

const countAttempt = `update mfa_challenges c set attempts = c.attempts + 1 from users u
   where c.hash = $1 and c.ended_at is null and c.expires_at > $2 and c.attempts < $3
     and u.id = c.user_id and u.status = 'ACTIVE' and u.credential_version = c.credential_version`;

/** Tells why no attempt was counted. */
async function refusalOf({ em, now }: RequestContext, hash: string): Promise<AppError> {
  const challenge = await em.findOne(
    MfaChallenge,
    { hash, endedAt: null, expiresAt: { $gt: now } },
    { populate: ['user'] },
  );
  if (challenge === null || !isAnswerable(challenge)) return invalidChallenge();
  return new AppError('RATE_LIMITED', 'Too many wrong proofs for this sign-in: sign in again.', {
    retryAfterSeconds: Math.max(1, Math.ceil((challenge.expiresAt.getTime() - now.getTime()) / 1000)),
  });
}

/**
 * Uses a challenge up together with what is written for it: of any number of callers, on any nodes, one succeeds, and
 * INVALID_GRANT is for the others.
 */
export const endOfChallenge = ({ id }: TakenChallenge, now: Date): Condition => ({
  update: 'update mfa_challenges set ended_at = ? where id = ? and ended_at is null',
  params: [now, id],
  refusal: invalidChallenge,
});

const isAnswerable = ({ user, credentialVersion }: MfaChallenge): boolean =>
  user.status === 'ACTIVE' && user.credentialVersion === credentialVersion;

const invalidChallenge = (): AppError =>
  new AppError('INVALID_GRANT', 'This sign-in has expired or was completed already: sign in again.');
