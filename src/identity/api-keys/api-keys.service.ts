import { LockMode, type FilterQuery } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Announce } from '../../announcements/announce.ts';
import type { Principal } from '../../authorization/index.ts';
import { newId } from '../../database/base.entity.ts';
import { byId, perUnitOfWork } from '../../database/by-id.ts';
import { AppError } from '../../errors.ts';
import type { Provenance, Recorder } from '../../record.ts';
import type { RequestPrincipal, RequestScope, RightsOf } from '../../request.ts';
import { requireUserId } from '../../users/require-user.ts';
import { requireUnchangedSince } from '../../users/unchanged-since.ts';
import { User } from '../../users/user.entity.ts';
import { ApiKey } from './api-key.entity.ts';
import { mintKey } from './key-text.ts';
import { requireNewKey, type NewKey } from './new-key.ts';

/** Keys by id, collected into one statement for each tick. */
export const apiKeyById = byId(ApiKey);

export interface ApiKeysDeps {
  readonly announce: Announce;
  readonly recorder: Recorder;
  readonly rightsOf: Pick<RightsOf, 'within'>;
}

const mostLivingKeys = 100;

export type ApiKeys = ReturnType<typeof createApiKeys>;

/** Makes and revokes keys. */
export function createApiKeys({ announce, recorder, rightsOf }: ApiKeysDeps) {
  /**
   * Makes a key of the user who is signed in; its text is nowhere stored and cannot be shown again.
   * @throws BAD_USER_INPUT; FORBIDDEN where a scope goes beyond those of the session in use, which may be narrower than
   * its user's; CONFLICT beyond a hundred living keys.
   */
  async function create(
    scope: RequestScope,
    principal: Principal,
    input: NewKey,
  ): Promise<{ apiKey: ApiKey; secret: string }> {
    const { em, now } = scope;
    const wanted = requireNewKey(input, now);
    const scopes = rightsOf.within(principal.kind === 'anonymous' ? [] : principal.scopes, wanted.scopes);
    const id = newId(now);
    const { text, hash } = mintKey(id);
    const apiKey = await em.transactional(async (tx) => {
      const owner = await lockOwner(tx, requireUserId(principal), scope.principal);
      await requireRoom(tx, owner.id, now);
      recorder.record(tx, scope, { type: 'api_key.created', subjectId: id, details: { scopes } });
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
    return { apiKey, secret: text };
  }

  /** Ends a key from the very next request on. Revoking one that is revoked changes nothing. */
  async function revoke(scope: RequestScope, key: ApiKey): Promise<ApiKey> {
    await scope.em.transactional((tx) => revokeWhere(tx, scope, { id: key.id }));
    return scope.em.refreshOrFail(key);
  }

  /** Ends every key of a user. */
  const revokeAll = (tx: EntityManager, provenance: Provenance, ownerId: string): Promise<void> =>
    revokeWhere(tx, provenance, { owner: ownerId });

  async function revokeWhere(tx: EntityManager, provenance: Provenance, which: object): Promise<void> {
    const revoked = await tx
      .createQueryBuilder(ApiKey)
      .update({ revokedAt: provenance.now })
      .where({ $and: [which, { revokedAt: null }] })
      .returning(['id', 'owner'])
      .execute<Array<{ id: string; owner: string }>>('all');
    for (const { id, owner } of revoked) {
      recorder.record(tx, provenance, { type: 'api_key.revoked', subjectId: id });
      // Whoever listens by this key looks at it again.
      announce(tx, { kind: 'account-changed', userId: owner });
    }
  }

  return { create, revoke, revokeAll };
}

/**
 * Under a lock, so that keys made at once are counted, and none is made of an account that is disabled meanwhile, or by
 * somebody from whom it was taken back meanwhile.
 */
async function lockOwner(tx: EntityManager, id: string, principal: RequestPrincipal): Promise<User> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
  const owner = await tx.findOneOrFail(User, { id }, lock);
  requireUnchangedSince(owner, principal);
  return owner;
}

async function requireRoom(tx: EntityManager, ownerId: string, now: Date): Promise<void> {
  if ((await tx.count(ApiKey, living([ownerId], now))) < mostLivingKeys) return;
  throw new AppError(
    'CONFLICT',
    `An account has at most ${mostLivingKeys} keys: revoke one that is not needed any more.`,
  );
}

const living = (ownerIds: readonly string[], now: Date): FilterQuery<ApiKey> => ({
  owner: { $in: [...ownerIds] },
  revokedAt: null,
  $or: [{ expiresAt: null }, { expiresAt: { $gt: now } }],
});

const livingByOwner = perUnitOfWork<{ ownerId: string; now: Date }, ApiKey[]>(
  async (em, keys) => {
    const now = keys[0]?.now ?? new Date(0);
    const where = living(
      keys.map(({ ownerId }) => ownerId),
      now,
    );
    const found = Map.groupBy(await em.find(ApiKey, where, { orderBy: { id: 'desc' } }), ({ owner }) => owner.id);
    return keys.map(({ ownerId }) => found.get(ownerId) ?? []);
  },
  ({ ownerId }) => ownerId,
);

/** The living keys of a user, newest first; one statement for all the users of an answer. */
export const livingKeys = (em: EntityManager, ownerId: string, now: Date): Promise<ApiKey[]> =>
  livingByOwner(em, { ownerId, now });
