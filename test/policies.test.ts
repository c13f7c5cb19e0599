import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EntityClass } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import fc from 'fast-check';
import { createRights } from '../src/access/rights.ts';
import { roles } from '../src/access/roles.ts';
import { Article } from '../src/articles/article.entity.ts';
import { bindPolicies, NOTHING, type Principal } from '../src/authorization/index.ts';
import { Comment } from '../src/comments/comment.entity.ts';
import { newId } from '../src/database/base.entity.ts';
import { entities } from '../src/entities.ts';
import { isLoadedRow, policies } from '../src/guarded-schema.ts';
import { ApiKey } from '../src/identity/api-keys/api-key.entity.ts';
import { User } from '../src/users/user.entity.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
let users: User[];
beforeAll(async () => {
  server = await startServer();
  users = await fill(server.database.fork());
});
afterAll(() => server.stop());

const rightsOf = createRights(roles);
/** By the name of the GraphQL type, which is the entity's. */
const entityOf = (type: string) =>
  entities.find(({ name }) => name === type) as EntityClass<{ id: string }> | undefined;
const relations: Readonly<Record<string, string[]>> = { Comment: ['article'] };

/** Articles of every status and author, each with a comment of everybody; a key and a session of everybody. */
async function fill(em: EntityManager): Promise<User[]> {
  await Promise.all(['viewer', 'editor', 'moderator', 'admin'].map((name) => server.signIn(name)));
  const all = await em.find(User, {}, { orderBy: { id: 'asc' } });
  const now = new Date();
  const row = { createdAt: now, updatedAt: now, version: 1 };
  for (const owner of all) {
    const key = {
      id: newId(now),
      createdAt: now,
      name: 'key',
      secretHash: Buffer.alloc(32),
      scopes: ['articles:read'],
    };
    em.create(ApiKey, { ...key, owner, networks: [], expiresAt: null, lastUsedAt: null, revokedAt: null });
  }
  for (const author of all) {
    for (const status of ['DRAFT', 'PUBLISHED'] as const) {
      const article = em.create(Article, {
        ...row,
        id: newId(now),
        title: status,
        body: '.',
        status,
        author,
        publishedAt: null,
      });
      for (const commenter of all)
        em.create(Comment, { ...row, id: newId(now), body: '.', author: commenter, article });
    }
  }
  await em.flush();
  return all;
}

/** Anonymous, users, keys and services, with any roles, narrowed to any scopes. */
const principals = (): fc.Arbitrary<Principal> => {
  const scopes = [
    'articles:read',
    'articles:write',
    'articles',
    'comments:*',
    'comments:write',
    'users:read',
    'sessions',
    '*',
  ];
  const signedIn = fc.record({
    kind: fc.constantFrom('user' as const, 'apiKey' as const, 'service' as const),
    userId: fc.constantFrom(...users.map(({ id }) => id), '01900000-0000-7000-8000-000000000000', undefined),
    held: fc.subarray(Object.keys(roles)),
    narrowing: fc.option(fc.subarray(scopes)),
  });
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant({ kind: 'anonymous' as const }) },
    {
      weight: 9,
      arbitrary: signedIn.map(({ kind, userId, held, narrowing }) => ({
        kind,
        id: '01900000-0000-7000-8000-00000000000f',
        userId,
        ...rightsOf(held, narrowing),
      })),
    },
  );
};

describe.each(policies.flatMap(({ type, actions }) => Object.keys(actions).map((action) => ({ type, action }))))(
  '$type.$action',
  ({ type, action }) => {
    test('decides on a row in memory as its filter does in SQL, whoever asks', async () => {
      const entity = entityOf(type);
      if (entity === undefined) throw new Error(`The test does not know the entity of ${type}.`);
      const bound = bindPolicies({ roles, policies, schema: server.app.schema, isLoaded: isLoadedRow });
      const rows = await server.database.fork().find(entity, {}, { populate: (relations[type] ?? []) as never });
      // A type without rows would show nothing.
      expect(rows.length).toBeGreaterThan(0);
      await fc.assert(
        fc.asyncProperty(principals(), async (principal) => {
          const decided: string[] = [];
          for (const row of rows) if (await bound.decide(type, action, principal, row)) decided.push(row.id);
          const where = bound.where(type, action, principal);
          const found = where === NOTHING ? [] : await server.database.fork().find(entity, where);
          expect(found.map(({ id }) => id).toSorted()).toEqual(decided.toSorted());
        }),
        { numRuns: 60 },
      );
    });
  },
);
