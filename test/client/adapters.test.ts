import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { cacheExchange, Client as UrqlClient, fetchExchange } from '@urql/core';
import { createClient as createLiveClient, type Client as LiveClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { resetOnChange, sallyportLink } from '../../client/apollo.ts';
import { socketOptions } from '../../client/graphql-ws.ts';
import { createClient, type Client } from '../../client/index.ts';
import { sallyportExchange } from '../../client/urql.ts';
import { openGateway, type Gateway } from '../support/gateway.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

let server: TestServer;
let gateway: Gateway;
let client: Client;

const editor = { email: 'editor@demo.sallyport.test', password: 'sallyport-demo' };
const viewer = { ...editor, email: 'viewer@demo.sallyport.test' };
const me = '{ me { email } }';
const create = 'mutation ($title: String!) { createArticle(input: { title: $title, body: "b" }) { id title } }';

beforeAll(async () => {
  [server, gateway] = await Promise.all([startServer(), openGateway()]);
  gateway.lead(server.url);
});
afterAll(async () => {
  await gateway.close();
  await server.stop();
});
beforeEach(async () => {
  client = createClient({ url: `${gateway.url}/graphql` });
  await client.signIn(editor);
  gateway.seen.length = 0;
});

/** How many articles there are with a title, to their author. */
async function howMany(title: string): Promise<number> {
  const document = 'query ($title: String!) { articles(filter: { titleContains: $title }) { totalCount } }';
  const { articles } = (await client.query(document, { title })) as { articles: { totalCount: number } };
  return articles.totalCount;
}

describe('Apollo Client', () => {
  const open = () => new ApolloClient({ link: sallyportLink(client), cache: new InMemoryCache() });

  test('queries and mutates over an expiry: one refresh, and the mutation runs once', async () => {
    const apollo = open();
    expect((await apollo.query({ query: gql(me) })).data).toMatchObject({ me: { email: editor.email } });
    server.wait(1_000);
    const title = 'Apollo over an expiry';
    await Promise.all([
      apollo.mutate({ mutation: gql(create), variables: { title } }),
      apollo.query({ query: gql(me), fetchPolicy: 'network-only' }),
    ]);
    expect(gateway.refreshes()).toBe(1);
    expect(await howMany(title)).toBe(1);
  });

  test('forgets what one user has seen before the next is there, and asks anew', async () => {
    const apollo = open();
    const stop = resetOnChange(client, apollo);
    const seen: unknown[] = [];
    const watched = apollo.watchQuery({ query: gql(me) }).subscribe(({ data }) => void seen.push(data));
    await until(() => JSON.stringify(seen).includes(editor.email), 'the first answer');
    await client.signIn(viewer);
    await until(() => JSON.stringify(seen).includes(viewer.email), 'the second answer');
    watched.unsubscribe();
    stop();
    apollo.stop();
  });
});

describe('urql', () => {
  const open = () =>
    new UrqlClient({
      url: client.url,
      preferGetMethod: false,
      exchanges: [cacheExchange, sallyportExchange(client), fetchExchange],
    });

  test('queries and mutates over an expiry: one refresh, and the mutation runs once', async () => {
    const urql = open();
    expect((await urql.query(me, {}).toPromise()).data).toMatchObject({ me: { email: editor.email } });
    server.wait(1_000);
    const title = 'urql over an expiry';
    const { error } = await urql.mutation(create, { title }).toPromise();
    expect(error).toBeUndefined();
    expect((await urql.query(me, {}, { requestPolicy: 'network-only' }).toPromise()).error).toBeUndefined();
    expect(gateway.refreshes()).toBe(1);
    expect(await howMany(title)).toBe(1);
  });

  test('is told that the session is over', async () => {
    const urql = open();
    await (await server.signIn('editor')).get('mutation { logoutEverywhere }');
    const { error } = await urql.query(me, {}).toPromise();
    expect(error?.networkError).toMatchObject({ code: 'INVALID_GRANT' });
    expect(client.session.get()).toEqual({ status: 'signed-out', ended: true });
  });
});

describe('graphql-ws', () => {
  let live: LiveClient;
  afterEach(() => live.dispose());

  /** Listens for published articles, by a socket that goes straight to the server. */
  function listen(): { titles: string[]; errors: unknown[]; connections: () => number } {
    let connections = 0;
    const options = socketOptions({ ...client, url: `${server.url}/graphql` });
    live = createLiveClient({
      ...options,
      webSocketImpl: WebSocket,
      on: { ...options.on, connected: () => void (connections += 1) },
    });
    const [titles, errors]: [string[], unknown[]] = [[], []];
    live.subscribe<{ articlePublished: { title: string } }>(
      { query: 'subscription { articlePublished { title } }' },
      {
        next: ({ data }) => void titles.push(data?.articlePublished.title ?? ''),
        error: (error) => void errors.push(error),
        complete: () => undefined,
      },
    );
    return { titles, errors, connections: () => connections };
  }

  async function publish(title: string): Promise<void> {
    const { createArticle } = (await client.query(create, { title })) as { createArticle: { id: string } };
    await client.query('mutation ($id: ID!) { publishArticle(id: $id) { id } }', { id: createArticle.id });
  }

  test('opens its socket with the credential, and again after the socket was cut', async () => {
    const { titles, connections } = listen();
    await until(() => connections() === 1);
    await until(async () => (await publish('First'), titles.includes('First')), 'the first event');
    live.terminate();
    await until(() => connections() === 2, 'the second connection');
    await until(async () => (await publish('Second'), titles.includes('Second')), 'the second event');
  });

  test('lives over an expiry: the server closes the socket, and it comes back with a fresh credential', async () => {
    const { titles, errors, connections } = listen();
    await until(() => connections() === 1);
    server.wait(1_000);
    await until(async () => (await publish('Later'), titles.includes('Later')), 'an event after the expiry');
    expect([connections(), errors]).toEqual([2, []]);
    expect(gateway.refreshes()).toBe(1);
  });

  test('tells subscribers that the session is over', async () => {
    const { errors, connections } = listen();
    await until(() => connections() === 1);
    await (await server.signIn('editor')).get('mutation { logoutEverywhere }');
    await until(() => errors.length > 0, 'the error');
    expect(errors).toEqual([expect.objectContaining({ code: 'INVALID_GRANT' })]);
    expect(client.session.get()).toEqual({ status: 'signed-out', ended: true });
  });
});
