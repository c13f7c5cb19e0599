import type { EntityManager } from '@mikro-orm/postgresql';
import { AppError } from '../../errors.ts';
import type { User } from '../../users/user.entity.ts';
import { recentSeconds } from '../sign-in/recent.ts';
import { countPasswords } from '../sign-in/sign-in-methods.ts';
import type { PendingExternalLogin } from './pending-external-login.entity.ts';
import type { ExternalProfile, Provider } from './provider.ts';

/** The answer of a provider, and what was asked of it. */
interface Answer {
  readonly provider: Pick<Provider, 'canAskForProof' | 'displayName'>;
  readonly profile: Pick<ExternalProfile, 'authenticatedAt'>;
  readonly login: Pick<PendingExternalLogin, 'createdAt' | 'isProofAsked' | 'user'>;
}

/** The moment of a proof of which nothing is known: it is recent at no time. */
const longAgo = new Date(0);

/**
 * Refuses a sign-in for which a proof was asked if the provider tells of none. The question is in a URL that passes
 * through the browser, whose user can leave it out. Clocks differ, so a recent proof is as good as a new one. A link is
 * as recent as the session that began it.
 * @throws REAUTHENTICATION_REQUIRED
 */
export function requireAskedProof({ provider, profile, login }: Answer): void {
  if (!provider.canAskForProof || !login.isProofAsked || login.user != null) return;
  if ((profile.authenticatedAt ?? longAgo).getTime() >= login.createdAt.getTime() - recentSeconds * 1000) return;
  throw new AppError(
    'REAUTHENTICATION_REQUIRED',
    `${provider.displayName} did not confirm that it has just asked you to sign in: begin again, or prove who you are in another way.`,
  );
}

/**
 * Tells when a person was asked for a proof, at the provider or here: a provider answers without a question for
 * any person at a browser that it knows. What it does not tell was long ago. Of one that cannot be asked nothing better
 * is to be had: there a sign-in for a proof counts, but only for accounts without a password and a second factor, which
 * cannot prove anything else.
 */
export async function provedAtOf(
  tx: EntityManager,
  now: Date,
  { user, provider, profile, login }: Answer & { readonly user: User },
): Promise<Date> {
  const { authenticatedAt } = profile;
  if (authenticatedAt !== null) return authenticatedAt < now ? authenticatedAt : now;
  if (provider.canAskForProof || !login.isProofAsked) return longAgo;
  const hasOtherProof = user.secondFactors.length > 0 || (await countPasswords(tx, user.id)) > 0;
  return hasOtherProof ? longAgo : now;
}
