import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const repository = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'sallyport-package-'));
const clone = join(folder, 'clone');
const project = join(folder, 'project');
const installed = join(project, 'node_modules', 'sallyport');

interface Manifest {
  readonly [field: string]: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

const manifestIn = (path: string) => JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest;
const needsOf = ({ dependencies, peerDependencies, peerDependenciesMeta: facts }: Manifest) =>
  Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => facts?.[name]?.optional !== true);
const manifest = manifestIn(repository);
const write = (name: string, text: string) => writeFileSync(join(project, name), text);

async function run(cwd: string, command: string, ...args: readonly string[]): Promise<string> {
  const env = { ...process.env, npm_config_loglevel: 'error' };
  const { stdout } = await promisify(execFile)(command, args, { cwd, env });
  return stdout;
}

beforeAll(async () => {
  // Packing puts another manifest in the place of ours for a moment: not where somebody may be at work.
  for (const name of [
    'README.md',
    'tsconfig.json',
    'tsconfig.build.json',
    'pack.ts',
    'src/authorization',
    'src/execution',
    'client',
  ]) {
    cpSync(join(repository, name), join(clone, name), { recursive: true });
  }
  writeFileSync(join(clone, 'package.json'), JSON.stringify(manifest));
  symlinkSync(join(repository, 'node_modules'), join(clone, 'node_modules'));
  await run(clone, 'npm', 'pack', '--pack-destination', folder);
  await install(globSync('*.tgz', { cwd: folder })[0] ?? '');
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** By npm, without a network: only the packages are to be had that the tarball names, and those that they name. */
async function install(tarball: string): Promise<void> {
  const packed = JSON.parse(await run(folder, 'tar', '-xOf', tarball, 'package/package.json')) as Manifest;
  const available = needsFrom(repository, needsOf(packed));
  mkdirSync(project);
  write('package.json', JSON.stringify({ dependencies: { ...available, sallyport: `file:../${tarball}` } }));
  await run(project, 'npm', 'install', '--offline', '--install-links', '--ignore-scripts', '--no-audit', '--no-fund');
}

/** The packages of these names and all that they depend on, as they are installed for the one that asks. */
function needsFrom(asking: string, names: readonly string[]): Record<string, string> {
  return Object.assign(
    {},
    ...names.map((name) => {
      const place = placeOf(asking, name);
      return { ...needsFrom(place, Object.keys(manifestIn(place).dependencies ?? {})), [name]: `file:${place}` };
    }),
  ) as Record<string, string>;
}

function placeOf(asking: string, name: string): string {
  const place = join(asking, 'node_modules', name);
  return existsSync(place) ? place : placeOf(dirname(asking), name);
}

const schemaOfConsumer = `
  const schema = guardSchema(
    buildSchema(accessDirectives + 'type Query { open: String @public secret: String @auth }'),
    { principal: ({ principal }) => principal, roles: {} },
  );
  const contextValue = { principal: { kind: 'anonymous' } };
  graphql({ schema, source: '{ open secret }', rootValue: { open: 'yes', secret: 'no' }, contextValue }).then(
    ({ data, errors }) => console.log(JSON.stringify({
      data,
      codes: errors.map(({ extensions }) => extensions.code),
      isOurs: schema instanceof GraphQLSchema && errors.every((error) => error instanceof GraphQLError),
    })),
  );
`;
const answer = { data: { open: 'yes', secret: null }, codes: ['UNAUTHENTICATED'], isOurs: true };

test('The package needs GraphQL and nothing else of its host, and brings graphql-tools', () => {
  const { dependencies } = manifestIn(installed);
  expect(needsOf(manifestIn(installed)).toSorted()).toEqual(['@graphql-tools/utils', 'graphql']);
  expect(Object.keys(dependencies ?? {})).toEqual(['@graphql-tools/utils']);
  const scopes = globSync('*', { cwd: join(project, 'node_modules'), exclude: ['.*'] }).toSorted();
  expect(scopes).toEqual([
    '@graphql-tools',
    '@graphql-typed-document-node',
    '@whatwg-node',
    'graphql',
    'sallyport',
    'tslib',
  ]);
});

/** The packages that modules of the tarball import. */
function importedBy(files: readonly string[]): string[] {
  const imports = files.flatMap((file) => [
    ...readFileSync(join(installed, file), 'utf8').matchAll(
      /(?:from|import|require)\s*\(?\s*'(?<name>[^'.\s][^'\s]*)'/g,
    ),
  ]);
  return [...new Set(imports.map(({ groups }) => groups?.['name'] ?? ''))].toSorted();
}

test('No module of the engine imports anything but what the package names', () => {
  const files = globSync('dist/authorization/**/*.{js,d.ts}', { cwd: installed });
  expect(files).toContain('dist/authorization/index.js');
  expect(importedBy(files)).toEqual(['@graphql-tools/utils', 'graphql']);
});

test('No module of the executor imports anything but graphql', () => {
  const files = globSync('dist/execution/**/*.{js,d.ts}', { cwd: installed });
  expect(files).toContain('dist/execution/index.js');
  expect(importedBy(files)).toEqual(['graphql', 'graphql/jsutils/inspect.js']);
});

test('The client imports no package, and an adapter nothing but its library, which is an optional peer', () => {
  const files = globSync('dist/client/**/*.{js,d.ts}', { cwd: installed }).filter(
    (file) => !/generated.*d\.ts/.test(file),
  );
  const isAdapter = (file: string) => /^dist\/client\/(?:apollo|graphql-ws|react|urql)\./.test(file);
  expect(importedBy(files.filter((file) => !isAdapter(file)))).toEqual([]);
  const libraries = importedBy(files.filter(isAdapter)).map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
  const peers = Object.keys(manifestIn(installed).peerDependenciesMeta ?? {});
  expect([...new Set(libraries)].toSorted()).toEqual(peers.toSorted());
});

test('The package holds the engine, the executor and the client alone, with declarations for each module', () => {
  const files = globSync('**/*.*', { cwd: installed }).map((file) => file.replaceAll('\\', '/'));
  const others = files.filter((file) => !/^dist\/(?:authorization|client|execution)\/.+\.(?:js|d\.ts)$/.test(file));
  expect(others.filter((file) => file !== 'README.md')).toEqual(['package.json']);
  const modules = files.filter((file) => file.endsWith('.js'));
  expect(modules.filter((file) => !files.includes(file.replace(/\.js$/, '.d.ts')))).toEqual([]);
});

test('The package bears the README of the engine', () => {
  const readme = readFileSync(join(installed, 'README.md'), 'utf8');
  expect(readme).toBe(readFileSync(join(repository, 'src/authorization/README.md'), 'utf8'));
});

test('Packing leaves the manifest and the README of the repository as they were', () => {
  expect(manifestIn(clone)).toEqual(manifest);
  expect(readFileSync(join(clone, 'README.md'), 'utf8')).toBe(readFileSync(join(repository, 'README.md'), 'utf8'));
});

test('An ES module shares one graphql with the engine', async () => {
  write(
    'consumer.mjs',
    `import { accessDirectives, guardSchema } from 'sallyport/authorization';
    import { buildSchema, graphql, GraphQLError, GraphQLSchema } from 'graphql';
    ${schemaOfConsumer}`,
  );
  expect(JSON.parse(await run(project, process.execPath, 'consumer.mjs'))).toEqual(answer);
});

test('Plans execute what the engine guards', async () => {
  write(
    'planned.mjs',
    `import { accessDirectives, guardSchema } from 'sallyport/authorization';
    import { createExecutor } from 'sallyport/execution';
    import { buildSchema, GraphQLError, GraphQLSchema, parse } from 'graphql';
    const graphql = async ({ source, ...args }) =>
      createExecutor(args.schema).execute({ ...args, document: parse(source) });
    ${schemaOfConsumer}`,
  );
  expect(JSON.parse(await run(project, process.execPath, 'planned.mjs'))).toEqual(answer);
});

test('A CommonJS module shares it too, and gets the very same engine', async () => {
  write(
    'consumer.cjs',
    `const { accessDirectives, guardSchema } = require('sallyport/authorization');
    const { buildSchema, graphql, GraphQLError, GraphQLSchema } = require('graphql');
    ${schemaOfConsumer}
    import('sallyport/authorization').then((engine) => {
      if (engine.guardSchema !== guardSchema) throw new Error('There are two engines.');
    });`,
  );
  expect(JSON.parse(await run(project, process.execPath, 'consumer.cjs'))).toEqual(answer);
});

test('What lies below the entry cannot be imported', async () => {
  write('intruder.mjs', `await import('sallyport/dist/authorization/principal.js');`);
  await expect(run(project, process.execPath, 'intruder.mjs')).rejects.toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
});

test('The client works out of the package', async () => {
  write(
    'client.mjs',
    `import { createClient, SallyportError } from 'sallyport/client';
    const client = createClient({ url: 'http://localhost:1/graphql' });
    const error = await client.signIn({ email: 'a@example.com', password: 'b' }).catch((it) => it);
    console.log(JSON.stringify([error instanceof SallyportError, error.code, client.session.get().status]));`,
  );
  expect(JSON.parse(await run(project, process.execPath, 'client.mjs'))).toEqual([
    true,
    'NETWORK_FAILED',
    'signed-out',
  ]);
});

test.each([
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
])('A consumer in TypeScript is checked against the declarations (%s, %s)', async (module, moduleResolution) => {
  write(
    'consumer.mts',
    `import { definePolicy, guardSchema, subjectOf, type GuardOptions, type Principal } from 'sallyport/authorization';
    import type { GraphQLResolveInfo, GraphQLSchema } from 'graphql';

    interface Note { readonly id: string; readonly author: string; readonly status: 'DRAFT' | 'PUBLISHED' }
    interface Context { readonly principal: Principal }
    declare module 'sallyport/authorization' {
      interface DeclaredAttributes { readonly tenant: string }
    }
    export const caller: Principal = { kind: 'service', id: 'ci', roles: [], scopes: [], attributes: { tenant: 't1' } };
    // @ts-expect-error: no such attribute was declared
    export const tenant = (of: Principal) => of.attributes?.tenat;
    const policy = definePolicy<Note>('Note', ({ anyOf, is, owner }) => ({
      read: anyOf(is({ status: 'PUBLISHED' }), owner('author')),
      // @ts-expect-error: a policy speaks of the properties that its rows have
      rename: owner('auther'),
    }));
    const options: GuardOptions<Context> = {
      principal: (context) => context.principal,
      roles: { EDITOR: { includes: [], scopes: ['notes:write'] } },
      policies: [policy],
      // @ts-expect-error: there are two modes
      mode: 'lenient',
    };
    export const guard = (schema: GraphQLSchema): GraphQLSchema => guardSchema(schema, options);
    export const note = (info: GraphQLResolveInfo): Note => subjectOf<Note>(info);
    `,
  );
  const flags = ['--noEmit', '--strict', '--target', 'es2023', '--lib', 'es2023', '--types', ''];
  const tsc = join(repository, 'node_modules', '.bin', 'tsc');
  const modules = ['--module', module, '--moduleResolution', moduleResolution];
  await run(project, tsc, ...flags, ...modules, 'consumer.mts');
});
