import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSchema, introspectionFromSchema, isScalarType, isSpecifiedScalarType } from 'graphql';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../support/process.ts';
import { page } from './pages.ts';

const clients = page('docs/clients.md');
const sdl = readFileSync(join(root, 'test/__snapshots__/schema.graphql'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'sallyport-generators-'));
const program = (name: string): string => join(root, 'node_modules/.bin', name);

const flags = [
  '--strict',
  '--module',
  'nodenext',
  '--target',
  'es2024',
  '--skipLibCheck',
  '--allowImportingTsExtensions',
];

const document = `
  query Events($since: DateTime) {
    auditEvents(filter: { since: $since }) { nodes { id at details actor { email } } }
  }
`;

beforeAll(() => {
  mkdirSync(join(folder, 'src'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  write('schema.graphql', sdl);
  write('src/events.graphql', document);
  write('package.json', '{ "type": "module" }');
  write('tsconfig.json', JSON.stringify({ extends: join(root, 'tsconfig.json'), include: ['src'] }));
});
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

/** The block of the page that contains a text. */
function snippet(language: string, text: string): string {
  const found = clients.fences.find((fence) => fence.language === language && fence.content.includes(text));
  if (found === undefined) throw new Error(`The page has no ${language} with ${text}.`);
  return found.content;
}

async function run(command: string, ...args: readonly string[]): Promise<void> {
  await promisify(execFile)(program('node'), [program(command), ...args], { cwd: folder }).catch(
    ({ stdout, stderr }: { stdout: string; stderr: string }) => {
      throw new Error(`${stdout}${stderr}`);
    },
  );
}

/** Fails to compile unless the types of the operation's scalars are these. */
const expectation = (data: string): string => `
  type Event = NonNullable<${data}['auditEvents']['nodes'][number]>;
  type Same<A, B> = 0 extends 1 & A ? false : [A] extends [B] ? ([B] extends [A] ? true : false) : false;
  export const id: Same<Event['id'], string> = true;
  export const at: Same<Event['at'], string> = true;
  export const details: Same<Event['details'], unknown> = true;
  export const email: Same<NonNullable<NonNullable<Event['actor']>['email']>, string> = true;
`;

describe('The page for clients', () => {
  test('lists every scalar that the schema has beyond those of GraphQL', () => {
    const named = Object.values(buildSchema(sdl).getTypeMap())
      .filter((type) => isScalarType(type) && !isSpecifiedScalarType(type))
      .map(({ name }) => name);
    for (const block of [snippet('kotlin', 'apollo {'), snippet('json', 'customScalarTypes'), clients.text])
      expect(named.filter((name) => !block.includes(name))).toEqual([]);
  });

  test.each([
    { name: 'preset', data: `import('./generated/graphql.ts').EventsQuery` },
    { name: 'operations', data: `import('./operations.ts').EventsQuery` },
  ])('has a configuration of GraphQL Code Generator that maps the scalars ($name)', async ({ name, data }) => {
    const configuration = snippet('ts', `const ${name}: CodegenConfig`);
    write(
      `${name}.codegen.ts`,
      `import type { CodegenConfig } from '@graphql-codegen/cli';\n${configuration}\nexport default ${name};\n`,
    );
    await run('graphql-codegen', '--config', `${name}.codegen.ts`);
    write(`src/${name}-expectation.ts`, expectation(data));
    await run('tsc', '--noEmit', '--ignoreConfig', ...flags, `src/${name}-expectation.ts`);
  });

  test('has a configuration of gql.tada that maps the scalars', async () => {
    const introspection = JSON.stringify(introspectionFromSchema(buildSchema(sdl), { descriptions: false }));
    write('src/graphql-env.d.ts', `export type introspection = ${introspection};\n`);
    write(
      'src/tada.ts',
      `import { initGraphQLTada, type ResultOf } from 'gql.tada';
      import type { introspection } from './graphql-env.d.ts';
      ${snippet('ts', 'initGraphQLTada')}
      export const events = graphql(\`${document}\`);
      type Data = ResultOf<typeof events>;
      ${expectation('Data')}`,
    );
    await run('tsc', '--noEmit', '--ignoreConfig', ...flags, 'src/tada.ts');
  });

  test('has a configuration of Relay that its compiler takes', async () => {
    write('relay.config.json', snippet('json', 'customScalarTypes'));
    write(
      'src/app.ts',
      `import { graphql } from 'react-relay';\ngraphql\`${document.replace('Events', 'appQuery')}\`;\n`,
    );
    await run('relay-compiler');
    const generated = readFileSync(join(folder, 'src/__generated__/appQuery.graphql.ts'), 'utf8');
    expect(generated).toContain('readonly at: string;');
    expect(generated).toContain('readonly details: unknown');
  });

  test('connects graphql-ws as its library is called', async () => {
    write(
      'src/socket.ts',
      `import { createClient } from 'graphql-ws';\ndeclare const accessToken: string;\n${snippet('ts', 'connectionParams')}\nsocket.on('closed', () => undefined);\n`,
    );
    await run('tsc', '--noEmit', '--ignoreConfig', ...flags, 'src/socket.ts');
  });
});
