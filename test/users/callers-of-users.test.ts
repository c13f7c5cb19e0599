import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { graphql } from 'graphql';
import { User } from '../../src/users/user.entity.ts';
import type { RequestPrincipal } from '../../src/request/credentials.ts';
import { contextOf } from '../support/contexts.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** What the fields of a user are to callers who are no person. */

let server: TestServer;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server.stop());

const service: RequestPrincipal = { kind: 'service', id: 'ci', userId: null, roles: [], scopes: ['users:read'] };
const ask = async (source: string, principal: RequestPrincipal = service): Promise<unknown> => {
  const { data, errors } = await graphql({
    schema: server.app.schema,
    source,
    contextValue: contextOf(server.database, { principal }),
  });
  return errors === undefined ? { ...data } : errors.map(({ extensions }) => extensions['code']);
};

test('A service has no user: `me` is null, and it has no profile to change', async () => {
  expect(await ask('{ me { id } }')).toEqual({ me: null });
  expect(await ask('{ me { id } }', { kind: 'anonymous' })).toEqual(['UNAUTHENTICATED']);
  expect(await ask('mutation { updateProfile(input: { displayName: "ci" }) { id } }')).toEqual(['FORBIDDEN']);
});

test('A service that manages users reads the e-mails of all, and the scopes of none', async () => {
  expect(await ask('{ users(search: "vera") { nodes { displayName email roles status } } }')).toMatchObject({
    users: {
      nodes: [{ displayName: 'Vera Viewer', email: 'viewer@demo.sallyport.test', roles: ['VIEWER'], status: 'ACTIVE' }],
    },
  });
  expect(await ask('{ users(search: "vera") { nodes { scopes } } }')).toEqual(['FORBIDDEN']);
});

test('Roles that no table knows any more are not told', async () => {
  const em = server.database.fork();
  const user = await em.findOneOrFail(User, { email: 'moderator@demo.sallyport.test' });
  await em.getConnection().execute(`update users set roles = '{VIEWER,SCRIBE,MODERATOR}' where id = ?`, [user.id]);
  expect(await ask('{ users(search: "moderator@") { totalCount nodes { roles } } }')).toMatchObject({
    users: { totalCount: 1, nodes: [{ roles: ['VIEWER', 'MODERATOR'] }] },
  });
});

test('Users are searched for by at most 200 characters', async () => {
  const text = Array.from({ length: 70 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join(' i');
  const search = (characters: number): Promise<unknown> =>
    ask(`{ users(search: "${text.slice(0, characters)}") { totalCount } }`);
  expect(await search(200)).toEqual({ users: { totalCount: 0 } });
  expect(await search(201)).toEqual(['BAD_USER_INPUT']);
});
