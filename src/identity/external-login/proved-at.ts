import type { EntityManager } from '@mikro-orm/postgresql';
import type { User } from '../../users/user.entity.ts';
import { countPasswords } from '../sign-in/ways-in.ts';
import type { ExternalProfile } from './provider.ts';

/** The moment of a proof of which nothing is known: it is recent at no time. */
const longAgo = new Date(0);

/**
 * Tells when a person was asked for a proof, at the provider or here: a provider answers without a question for
 * any person at a browser that it knows. If a provider does not tell, the sign-in itself counts, but only for accounts
 * without a password and a second factor, which cannot prove anything else.
 */
export async function provedAtOf(
  tx: EntityManager,
  now: Date,
  { user, profile }: { readonly user: User; readonly profile: Pick<ExternalProfile, 'authenticatedAt'> },
): Promise<Date> {
  const { authenticatedAt } = profile;
  if (authenticatedAt !== null) return authenticatedAt < now ? authenticatedAt : now;
  const hasOtherProof = user.secondFactors.length > 0 || (await countPasswords(tx, user.id)) > 0;
  return hasOtherProof ? longAgo : now;
}
