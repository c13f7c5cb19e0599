import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Provenance, Recorder } from '../../audit/record.ts';
import type { Principal } from '../../authorization/index.ts';
import { addedFrom } from '../../database/added-from.ts';
import { newId } from '../../database/base.entity.ts';
import { pagesByParent } from '../../database/rows/pages-by-parent.ts';
import { rowById } from '../../database/rows/read-by-id.ts';
import type { Rows } from '../../database/rows/source.ts';
import { AppError, notFound } from '../../errors.ts';
import type { PublishEvent } from '../../events/open-events.ts';
import type { RequestContext } from '../../request/context.ts';
import type { RequestPrincipal } from '../../request/credentials.ts';
import type { RightsOf } from '../../request/rights.ts';
import { requireUserId } from '../../users/require-user.ts';
import { requireUnchangedSince } from '../../users/unchanged-since.ts';
import { User } from '../../users/user.entity.ts';
import { ApiKey, type ApiKeyRow } from './api-key.entity.ts';
import { mintKey, prefixOf } from './key-text.ts';
import { type NewKey, requireNewKey } from './new-key.ts';

/** Keys by id, collected into one statement for each tick. */
export const apiKeyById = rowById(ApiKey);

export interface ApiKeysDeps {
  /** Tells the owner about a new key, after the answer. */
  readonly sendKeyNotice: (owner: User, prefix: string) => void;
  readonly publishEvent: PublishEvent;
  readonly recorder: Recorder;
  readonly rightsOf: Pick<RightsOf, 'within'>;
}

const maxActiveKeys = 100;

export type ApiKeys = ReturnType<typeof createApiKeys>;

/** Makes and revokes keys. */
export function createApiKeys({ publishEvent, recorder, rightsOf, sendKeyNotice }: ApiKeysDeps) {
  /**
   * Makes a key of the user who is signed in; its text is nowhere stored and cannot be shown again.
   * @throws BAD_USER_INPUT; FORBIDDEN if a scope goes beyond those of the session in use, which may be narrower than
   * its user's; CONFLICT beyond a hundred active keys.
   */
  async function create(
    context: RequestContext,
    principal: Principal,
    input: NewKey,
  ): Promise<{ apiKey: ApiKey; secret: string }> {
    const { em, now } = context;
    const wanted = requireNewKey(input, now);
    const scopes = rightsOf.within(principal.kind === 'anonymous' ? [] : principal.scopes, wanted.scopes);
    const id = newId(now);
    const { text, hash } = mintKey(id);
    const apiKey = await em.transactional(async (tx) => {
      const owner = await lockOwner(tx, requireUserId(principal), context.principal);
      await requireRoom(tx, owner.id, now);
      recorder.record(tx, context, { type: 'api_key.created', subjectId: id, details: { scopes } });
      return tx.create(ApiKey, {
        ...wanted,
        id,
        createdAt: now,
        owner,
        scopes,
        secretHash: hash,
        lastUsedAt: null,
        revokedAt: null,
      });
    });
    sendKeyNotice(apiKey.owner, prefixOf(id));
    return { apiKey, secret: text };
  }

  /** Ends a key from the very next request on. Revoking one that is revoked changes nothing. */
  async function revoke(context: RequestContext, id: string): Promise<ApiKeyRow> {
    await context.em.transactional((tx) => revokeWhere(tx, context, { id }));
    context.renewUnitOfWork();
    const key = await apiKeyById(context.rows, id);
    if (key === null) throw notFound('The API key');
    return key;
  }

  /** Ends every key of a user; or, given `since`, those made from then on. */
  const revokeAll = (tx: EntityManager, provenance: Provenance, ownerId: string, since?: Date): Promise<void> =>
    revokeWhere(tx, provenance, { owner: ownerId, ...addedFrom(since) });

  async function revokeWhere(tx: EntityManager, provenance: Provenance, which: object): Promise<void> {
    const revoked = await tx
      .createQueryBuilder(ApiKey)
      .update({ revokedAt: provenance.now })
      .where({ $and: [which, { revokedAt: null }] })
      .returning(['id', 'owner'])
      .execute<Array<{ id: string; owner: string }>>('all');
    for (const { id, owner } of revoked) {
      recorder.record(tx, provenance, { type: 'api_key.revoked', subjectId: id });
      // Subscriptions by this key check it again.
      publishEvent(tx, { kind: 'account-changed', userId: owner });
    }
  }

  return { create, revoke, revokeAll, countActive };
}

/**
 * Locks the owner, so that keys made at once are counted, and none is made of an account that is disabled meanwhile, or
 * by a caller who has lost the account meanwhile.
 */
async function lockOwner(tx: EntityManager, id: string, principal: RequestPrincipal): Promise<User> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
  const owner = await tx.findOneOrFail(User, { id }, lock);
  requireUnchangedSince(owner, principal);
  return owner;
}

async function requireRoom(tx: EntityManager, ownerId: string, now: Date): Promise<void> {
  if ((await countActive(tx, ownerId, now)) < maxActiveKeys) return;
  throw new AppError('CONFLICT', `An account has at most ${maxActiveKeys} keys: revoke one that is no longer needed.`);
}

const active = (now: Date) => ({
  revokedAt: null,
  $or: [{ expiresAt: null }, { expiresAt: { $gt: now } }],
});

/** Counts the keys of a user that can still be used. */
const countActive = (em: EntityManager, ownerId: string, now: Date): Promise<number> =>
  em.count(ApiKey, { owner: ownerId, ...active(now) });

/** An account has at most a hundred. */
const page = { size: maxActiveKeys, isLast: false, after: null, before: null };

const byOwner = pagesByParent(ApiKey, 'owner');

/** Lists the active keys of a user, newest first; one statement for all the users of an answer. */
export async function activeKeysOf(rows: Rows, owner: { readonly id: string }, now: Date): Promise<ApiKeyRow[]> {
  return (await byOwner(rows, owner, { where: active(now), page })).nodes;
}
