import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createNodes } from '../../src/nodes/nodes.service.ts';
import { User } from '../../src/users/user.entity.ts';
import { contextOf } from '../support/contexts.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server.stop());

const nobody = '01900000-0000-7000-8000-0000000000ab';

/** Two types, whose loading is looked at; the second has no row that is found by its id. */
function createTwo() {
  const loaded: string[] = [];
  const typeOf = (name: string, table: string) => ({
    table,
    load: async (_: unknown, id: string) => {
      loaded.push(`${name} ${id}`);
      return id === nobody ? null : { id };
    },
  });
  const types = { User: typeOf('User', 'users'), Article: typeOf('Article', 'articles') };
  const nodes = createNodes({ types, sources: [], searches: (_, work) => work() });
  return { nodes, loaded, context: contextOf(server.database) };
}

test('What is found by its id is loaded as its type; of no type, as the first, so that it takes as long', async () => {
  const { nodes, loaded, context } = createTwo();
  const { id } = await server.database.fork().findOneOrFail(User, { email: 'viewer@demo.sallyport.test' });
  expect(await nodes.find(context, id.toUpperCase())).toEqual({ id });
  expect(await nodes.find(context, nobody)).toBeNull();
  expect(loaded).toEqual([`User ${id}`, `User ${nobody}`]);
});

test('What is loaded by its type has an id that can be one, in lower case, and a type that there is', async () => {
  const { nodes, loaded, context } = createTwo();
  expect(await nodes.load(context.rows, 'Article', nobody.toUpperCase())).toBeNull();
  for (const [type, id] of [
    ['Article', 'x'],
    ['Article', ''],
    ['Comment', nobody],
  ] as const)
    expect(await nodes.load(context.rows, type, id)).toBeNull();
  expect(loaded).toEqual([`Article ${nobody}`]);
});
