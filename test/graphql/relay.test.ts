import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** A list that a Relay component pages through, forwards and backwards. */
const pagedThrough = (name: string, field: string, node: string): string => `
graphql\`
  fragment app_${name}OnwardFragment on Query
  @refetchable(queryName: "app${name}OnwardQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" }) {
    ${field}(first: $count, after: $cursor) @connection(key: "app_${name}Onward_${field}") {
      edges { node { ${node} } }
    }
  }
\`;
graphql\`
  fragment app_${name}BackFragment on Query
  @refetchable(queryName: "app${name}BackQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" }) {
    ${field}(last: $count, before: $cursor) @connection(key: "app_${name}Back_${field}") {
      edges { node { ${node} } }
      pageInfo { startCursor hasPreviousPage }
    }
  }
\`;`;

const lists = [
  pagedThrough('Articles', 'articles', 'title author { displayName }'),
  pagedThrough('Users', 'users', 'displayName'),
  pagedThrough('Events', 'auditEvents', 'type at'),
];

const ofNodes = `
graphql\`
  fragment app_CommentsFragment on Article
  @refetchable(queryName: "appCommentsQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" }) {
    comments(first: $count, after: $cursor) @connection(key: "app_Comments_comments") { edges { node { body } } }
  }
\`;
graphql\`
  fragment app_AuthoredFragment on User
  @refetchable(queryName: "appAuthoredQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" }) {
    articles(first: $count, after: $cursor) @connection(key: "app_Authored_articles") { edges { node { title } } }
  }
\`;`;

/** What Relay's compiler says of a component's fragments, and the files that it generates. */
async function compile(source: string): Promise<{ failed: boolean; output: string; generated: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-relay-'));
  try {
    mkdirSync(join(folder, 'src'));
    cpSync(join(root, 'test/__snapshots__/schema.graphql'), join(folder, 'schema.graphql'));
    writeFileSync(join(folder, 'src/app.js'), source);
    writeFileSync(
      join(folder, 'relay.config.json'),
      JSON.stringify({ src: 'src', schema: 'schema.graphql', language: 'javascript' }),
    );
    const compiler = join(root, 'node_modules/relay-compiler/cli.js');
    const { failed, output } = await new Promise<{ failed: boolean; output: string }>((done) => {
      execFile(process.execPath, [compiler, 'relay.config.json'], { cwd: folder }, (error, stdout, stderr) =>
        done({ failed: error !== null, output: stdout + stderr }),
      );
    });
    return { failed, output, generated: readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' }) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('Relay’s compiler takes every connection of the schema, forwards, backwards and refetched from a node', async () => {
  const { failed, output, generated } = await compile([...lists, ofNodes].join('\n'));
  expect({ failed, output }).toEqual({ failed: false, output: expect.any(String) });
  expect(generated).toContain('__generated__/appCommentsQuery.graphql.js');
  expect(generated).toContain('__generated__/appArticlesBackQuery.graphql.js');
});

test('Relay’s compiler refuses what is no connection', async () => {
  const { failed, output } = await compile(pagedThrough('Search', 'search', '__typename'));
  expect(failed).toBe(true);
  expect(output).toContain('search');
});
