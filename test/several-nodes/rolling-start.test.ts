import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from '../support/client.ts';
import { copyServer } from '../support/copy.ts';
import { hasServers, openCluster, signInOn, type Cluster } from '../support/nodes.ts';
import type { ServerProcess } from '../support/process.ts';
import { until } from '../support/until.ts';

const onServers = hasServers ? describe : describe.skip;

const refreshDocument = 'mutation ($token: String) { refresh(refreshToken: $token) { refreshToken } }';
const create = 'mutation { createArticle(input: { title: "Written meanwhile", body: "Text." }) { id } }';

const migration = `import { Migration } from '@mikro-orm/migrations';

export class Migration29991231235959_subtitle extends Migration {
  override name = 'Migration29991231235959_subtitle';

  override up(): void {
    this.addSql('alter table "articles" add column "subtitle" text null;');
  }
}
`;

/** A copy of the server that has one migration more. */
function nextVersion(): string {
  const folder = copyServer();
  writeFileSync(join(folder, 'migrations/Migration29991231235959_subtitle.ts'), migration);
  return folder;
}

onServers('A new version', () => {
  let cluster: Cluster;
  let old: ServerProcess;
  const version = nextVersion();
  beforeAll(async () => {
    cluster = await openCluster();
    old = await cluster.startNode();
  });
  afterAll(async () => {
    await cluster.stop();
    rmSync(version, { recursive: true, force: true });
  });

  test('starts beside the old one, on two nodes at once, and no request of either fails', async () => {
    const failed: Answer[] = [];
    const over = new AbortController();
    const nodes = [old];
    let next = 0;
    const answered = new Map<ServerProcess, number>();
    /** Asks one node after the other. */
    async function askInTurn(...request: Parameters<ServerProcess['ask']>): Promise<Answer> {
      const node = nodes[(next += 1) % nodes.length] ?? old;
      const answer = await node.ask(...request);
      answered.set(node, (answered.get(node) ?? 0) + 1);
      return answer;
    }
    const { accessToken } = await signInOn(old, 'editor');
    const headers = { authorization: `Bearer ${accessToken}` };

    async function keepAsking(ask: () => Promise<Answer>): Promise<void> {
      while (!over.signal.aborted) {
        const answer = await ask();
        if (answer.status !== 200 || answer.body.errors !== undefined) failed.push(answer);
      }
    }
    let { refreshToken: token } = await signInOn(old, 'viewer');
    const load = [
      keepAsking(() => askInTurn('{ articles { totalCount nodes { title author { displayName } } } }')),
      keepAsking(() => askInTurn('{ me { email } }', {}, headers)),
      keepAsking(() => askInTurn(create, {}, headers)),
      keepAsking(async () => {
        const answer = await askInTurn(refreshDocument, { token });
        token = (answer.body.data?.['refresh'] as { refreshToken: string } | null)?.refreshToken ?? token;
        return answer;
      }),
    ];
    nodes.push(...(await Promise.all([cluster.startNode({}, version), cluster.startNode({}, version)])));
    answered.clear();
    await until(() => nodes.every((node) => (answered.get(node) ?? 0) >= 50));
    over.abort();
    await Promise.all(load);

    expect(failed.map(({ body }) => body)).toEqual([]);
    const columns = `select 1 as found from information_schema.columns where table_name = 'articles' and column_name = 'subtitle'`;
    expect(await cluster.execute(columns)).toEqual([{ found: 1 }]);
    // The old one is taken away; who was signed in there goes on elsewhere.
    expect(await old.end('SIGTERM')).toBe(0);
    expect((await nodes[1]?.ask(refreshDocument, { token }))?.body.errors).toBeUndefined();
  }, 120_000);
});
