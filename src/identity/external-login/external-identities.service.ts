import type { EntityManager } from '@mikro-orm/postgresql';
import type { Provenance, Recorder, WriteContext } from '../../audit/record.ts';
import { loaderOf } from '../../database/rows/loader-of.ts';
import { rowById } from '../../database/rows/read-by-id.ts';
import { notFound } from '../../errors.ts';
import type { RequestContext } from '../../request/context.ts';
import { requireId } from '../../request/input.ts';
import { lockAccount } from '../../users/lock-account.ts';
import { ofEachUser } from '../../users/of-each-user.ts';
import { requireUnchangedSince } from '../../users/unchanged-since.ts';
import type { CountSignInMethods, RequireOtherSignInMethod } from '../sign-in/sign-in-methods.ts';
import { ExternalIdentity } from './external-identity.entity.ts';
import type { IdentityMail } from './identity-mail.ts';
import { PendingExternalLogin } from './pending-external-login.entity.ts';
import type { Provider } from './provider.ts';

export interface ExternalIdentitiesDeps {
  readonly identityMail: IdentityMail;
  readonly providers: ReadonlyArray<Pick<Provider, 'name' | 'displayName'>>;
  readonly recorder: Pick<Recorder, 'record'>;
  readonly requireOtherSignInMethod: RequireOtherSignInMethod;
}

/** Identities by id, collected into one statement for each tick. */
export const externalIdentityById = rowById(ExternalIdentity);

/** Counts the identities of an account by which it can be entered: those of providers that are configured. */
export const createCountIdentities =
  (providers: ExternalIdentitiesDeps['providers']): CountSignInMethods =>
  (tx, userId) =>
    tx.count(ExternalIdentity, { user: userId, provider: { $in: providers.map(({ name }) => name) } });

/** Takes every identity from an account, and every link that waits. */
export async function removeIdentities(tx: EntityManager, _: Provenance, userId: string): Promise<void> {
  await tx.nativeDelete(PendingExternalLogin, { user: userId });
  await tx.nativeDelete(ExternalIdentity, { user: userId });
}

export type ExternalIdentities = ReturnType<typeof createExternalIdentities>;

/** Lists and removes the identities of an account. */
export function createExternalIdentities(deps: ExternalIdentitiesDeps) {
  const { identityMail, providers, recorder, requireOtherSignInMethod } = deps;

  const list = ({ em, rows }: RequestContext, userId: string): Promise<ExternalIdentity[]> =>
    loaderOf(rows, 'external identities', async (ids) => {
      const found = await em.find(ExternalIdentity, { user: { $in: ids } }, { orderBy: { id: 'desc' } });
      return ofEachUser(ids, found);
    }).load(userId);

  /** @throws NOT_FOUND if the user has no such identity; CONFLICT if nothing else would let the user in. */
  async function unlink({ em, ...context }: WriteContext, userId: string, text: string): Promise<void> {
    const id = requireId('id', text);
    const provider = await em.transactional(async (tx) => {
      const user = await lockAccount(tx, { id: userId });
      requireUnchangedSince(user, context.principal);
      const identity = await tx.findOne(ExternalIdentity, { id, user: userId });
      if (identity === null) throw notFound('The identity');
      const isConfigured = providers.some(({ name }) => name === identity.provider);
      if (isConfigured) await requireOtherSignInMethod(tx, userId, 'This identity');
      await tx.nativeDelete(ExternalIdentity, { id });
      recorder.record(tx, context, {
        type: 'external_identity.unlinked',
        subjectId: userId,
        details: { provider: identity.provider },
      });
      return identity.provider;
    });
    const named = providers.find(({ name }) => name === provider);
    identityMail('identityUnlinked', userId, named?.displayName ?? provider);
  }

  return { list, unlink };
}
