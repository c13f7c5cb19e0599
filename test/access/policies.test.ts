import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EntityClass } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import fc from 'fast-check';
import { roles } from '../../src/access/roles.ts';
import { entities } from '../../src/app/entities.ts';
import { isLoadedRow, policies } from '../../src/app/guarded-schema.ts';
import { bindPolicies, NOTHING, type Principal } from '../../src/authorization/index.ts';
import { readNewest } from '../../src/database/rows/list.ts';
import { rowById } from '../../src/database/rows/read-by-id.ts';
import { User } from '../../src/users/user.entity.ts';
import { principalsOf } from '../support/principals.ts';
import { fillRows } from '../support/rows.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let users: User[];
beforeAll(async () => {
  server = await startServer();
  users = await fill(server.database.fork());
});
afterAll(() => server.stop());

/** The entities that have policies, by the name of the GraphQL type, which is the entity's. */
const guarded = policies.flatMap(({ type }) => entities.filter(({ name }) => name === type));
const entityOf = (type: string) => guarded.find(({ name }) => name === type) as EntityClass<{ id: string }> | undefined;

/** The demo's accounts, and rows of every type that belong to them. */
async function fill(em: EntityManager): Promise<User[]> {
  const filled = guarded.filter((entity) => entity !== User);
  await fillRows(em, server.app.schema, filled);
  return em.find(User, {}, { orderBy: { id: 'asc' } });
}

/** Callers of every kind, among them one whose user is gone. */
const principals = (): fc.Arbitrary<Principal> =>
  principalsOf([...users.map(({ id }) => id), '01900000-0000-7000-8000-000000000000']);

describe.each(policies.flatMap(({ type, actions }) => Object.keys(actions).map((action) => ({ type, action }))))(
  '$type: $action',
  ({ type, action }) => {
    test('decides on a row in memory as its filter does in SQL, for every caller', async () => {
      const entity = entityOf(type);
      if (entity === undefined) throw new Error(`The test does not know the entity of ${type}.`);
      const unit = server.database.rows();
      const load = async (of: string, id: string): Promise<object | null> => {
        const related = entityOf(of);
        return related === undefined ? null : rowById(related)(unit, id);
      };
      const bound = bindPolicies({ roles, policies, schema: server.app.schema, isLoaded: isLoadedRow, load });
      const read = (where: object) => readNewest(unit, entity, { where }, 1_000);
      const rows = await read({});
      // A type without rows would show nothing.
      expect(rows.length).toBeGreaterThan(0);
      await fc.assert(
        fc.asyncProperty(principals(), async (principal) => {
          const decided: string[] = [];
          for (const row of rows) if (await bound.decide(type, action, principal, row)) decided.push(row.id);
          const where = bound.where(type, action, principal);
          const found = where === NOTHING ? [] : await read(where);
          expect(found.map(({ id }) => id).toSorted()).toEqual(decided.toSorted());
        }),
        { numRuns: 60 },
      );
    });
  },
);
