import { afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { createTestDatabase } from '../support/database.ts';
import { describeOnPostgres } from '../support/on-postgres.ts';
import { publishArticle } from '../support/publish-article.ts';
import { startServer, type SignedIn, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { bearer, disposeListeners, listenAt, type Listener } from '../support/websocket.ts';

const subscribe = ({ url }: TestServer, session: SignedIn): Promise<Listener> =>
  listenAt(url, 'subscription { articlePublished { title } }', bearer(session));

/** A road to PostgreSQL on which the notifications that a node tries itself with are lost for as long as a test says. */
async function openLossyRoad(target: URL) {
  let isLossy = true;
  const server = createServer((near) => {
    const far = connect(Number(target.port || 5432), target.hostname);
    far.on('data', (chunk) => void ((isLossy && chunk.includes('sallyport_probe')) || near.write(chunk)));
    near.on('data', (chunk) => void far.write(chunk));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => undefined);
      one.on('close', () => other.destroy());
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(target);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: url.href, mend: () => void (isLossy = false), close: () => void server.close() };
}

describeOnPostgres('A node that did not hear its first try', () => {
  afterEach(disposeListeners);

  test('follows the other nodes all the same, tells each event once, and is ready once a later try is heard', async () => {
    const { location, drop } = await createTestDatabase();
    if (location.kind !== 'postgresql') throw new Error('This needs a PostgreSQL.');
    const road = await openLossyRoad(new URL(location.url));
    const deaf = await startServer({}, { ...location, directUrl: road.url });
    const other = await startServer({}, location);
    const readiness = async () => (await fetch(`${deaf.url}/health/ready`)).json();
    expect(await readiness()).toEqual({
      status: 'degraded',
      degraded: [expect.stringContaining('receives no events of other nodes')],
    });

    const [viewer, doomed] = [await deaf.signIn('viewer'), await other.signIn('moderator')];
    const [listening, dying] = [await subscribe(deaf, viewer), await subscribe(deaf, doomed)];
    await publishArticle(await other.signIn('editor'), 'There');
    await listening.heard(1);
    await publishArticle(await deaf.signIn('editor'), 'Here');
    await listening.heard(2);
    await publishArticle(await other.signIn('editor'), 'There again');
    expect(await listening.heard(3)).toEqual(
      ['There', 'Here', 'There again'].map((title) => ({ data: { articlePublished: { title } } })),
    );
    await doomed.get('mutation { logout }');
    expect(await dying.closed).toMatchObject({ code: 4403 });

    road.mend();
    await until(async () => ((await readiness()) as { status: string }).status === 'ready');
    await disposeListeners();
    await deaf.stop();
    await other.stop();
    road.close();
    await drop();
  }, 90_000);
});
