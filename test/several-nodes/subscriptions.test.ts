import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import { hasServers, openCluster, signInOn, type Cluster } from '../support/nodes.ts';
import type { ServerProcess } from '../support/process.ts';
import { openProxy, type Proxy } from '../support/proxy.ts';
import { publishArticle } from '../support/publish-article.ts';
import { startRedis, type OwnRedis } from '../support/redis.ts';
import type { SignedIn } from '../support/server.ts';
import { bearer, disposeListeners, listenAt, untilHeardBy } from '../support/websocket.ts';

const onServers = hasServers ? describe : describe.skip;

const ended = 'subscription { sessionEnded { id } }';
const published = 'subscription { articlePublished { title } }';

async function logOut(session: SignedIn): Promise<string> {
  const { session: own } = await session.get<{ session: { id: string } }>('{ session { id } }');
  await session.get('mutation { logout }');
  return own.id;
}

onServers('Subscriptions on two nodes', () => {
  let cluster: Cluster;
  let redis: OwnRedis;
  let toRedis: Proxy;
  let nodes: [ServerProcess, ServerProcess];
  beforeAll(async () => {
    [cluster, redis] = await Promise.all([openCluster(), startRedis()]);
    toRedis = await openProxy(redis.port);
    const first = await cluster.startNode({ REDIS_URL: `redis://127.0.0.1:${toRedis.port}` });
    nodes = [first, await cluster.startNode({ REDIS_URL: redis.url })];
    await untilHeardBy(redis.url, 2);
  });
  afterEach(disposeListeners);
  afterAll(async () => {
    await cluster.stop();
    await toRedis.close();
  });

  test('of a session that ends on the other node hear of it, and are closed', async () => {
    const [watcher, doomed] = [await signInOn(nodes[0], 'moderator'), await signInOn(nodes[1], 'moderator')];
    const watching = await listenAt(nodes[0].url, ended, bearer(watcher));
    const dying = await listenAt(nodes[0].url, published, bearer(doomed));
    const id = await logOut(doomed);
    expect(await watching.heard(1)).toEqual([{ data: { sessionEnded: { id } } }]);
    expect(await dying.closed).toMatchObject({ code: 4403 });
  });

  test('hear nothing with an ended session even where Redis is cut off, and are closed', async () => {
    const [doomed, editor] = [await signInOn(nodes[1], 'viewer'), await signInOn(nodes[0], 'editor')];
    const dying = await listenAt(nodes[0].url, published, bearer(doomed));
    const living = await listenAt(nodes[0].url, published, bearer(await signInOn(nodes[1], 'viewer')));
    toRedis.set('closed');
    await logOut(doomed);
    await publishArticle(editor, 'While Redis was away');
    expect(await living.heard(1)).toEqual([{ data: { articlePublished: { title: 'While Redis was away' } } }]);
    expect(await dying.closed).toMatchObject({ code: 4403 });
    // Nothing but, perhaps, the close itself.
    expect(dying.events.filter((event) => Object.hasOwn(event as object, 'data'))).toEqual([]);
    toRedis.set('open');
  });

  test('hear again after Redis was away, and after their connection to it led nowhere', async () => {
    const editor = await signInOn(nodes[1], 'editor');
    const listener = await listenAt(nodes[0].url, published, bearer(await signInOn(nodes[0], 'viewer')));
    const untilHeard = async (title: string): Promise<void> => {
      while (!JSON.stringify(listener.events).includes(title)) {
        await publishArticle(editor, title);
        await setTimeout(100);
      }
    };
    await untilHeard('before');
    toRedis.forget();
    await untilHeard('after silence');
    toRedis.set('closed');
    toRedis.set('open');
    await untilHeard('after an outage');
  });
});
