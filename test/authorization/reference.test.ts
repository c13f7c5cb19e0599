import { describe, expect, test } from '@jest/globals';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  accessDirectives,
  bindPolicies,
  definePolicy,
  guardSchema,
  userIdOf,
  type Conditions,
  type Principal,
} from '../../src/authorization/index.ts';
import { messageOf, policiesOf, roles } from './reference.ts';
import { textsOf } from './texts-of.ts';

const repository = resolve(import.meta.dirname, '../..');
const read = (name: string): string => readFileSync(join(repository, name), 'utf8');
const fencesOf = (text: string, language: string): readonly string[] =>
  Array.from(text.matchAll(new RegExp('```' + language + '\\n([^]*?)```', 'g')), ([, content = '']) => content);
/** A text without what a formatter may change: blanks, and the places of a document. */
const bare = (text: string): string =>
  text
    .replaceAll(/:\d+:\d+/g, '')
    .replaceAll(/[\s,]+/g, ' ')
    .replaceAll(/ ?([()[\]{}]) ?/g, '$1');

describe('The reference of build errors', () => {
  const page = read('docs/reference/engine-build-errors.md');
  const sections = page
    .split('\n## ')
    .slice(1)
    .flatMap((section): Array<readonly [string, string, string]> => {
      const [sdl] = fencesOf(section, 'graphql');
      const [message = ''] = fencesOf(section, 'text');
      return sdl === undefined ? [] : [[section.split('\n', 1)[0] ?? '', sdl, message]];
    });

  test('has many', () => expect(sections.length).toBeGreaterThan(25));

  test.each(sections)('shows the message of: %s', (title, sdl, message) => {
    expect(bare(messageOf(sdl, title)).trim()).toBe(bare(message).trim());
  });

  test('shows the code of hosts that this test runs', () => {
    const hosts = bare(read('test/authorization/reference.ts'));
    const snippets = fencesOf(page, 'ts');
    expect(snippets.length).toBeGreaterThan(3);
    for (const snippet of snippets) expect(hosts).toContain(bare(snippet).trim());
  });

  test('shows every text with which the engine refuses to build', () => {
    const shown = sections.map(([, , message]) => message).join('\n');
    const escaped = (part: string): string => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
    const isShown = (parts: readonly string[]): boolean =>
      new RegExp(parts.map(escaped).join(String.raw`[^\n]*?`)).test(shown);
    const texts = globSync('src/authorization/{model,policy,schema}/**/*.ts', { cwd: repository })
      .filter((file) => !otherTexts.some((name) => file.endsWith(name)))
      .filter((file) => /\bproblem/i.test(read(file)))
      .flatMap((file) => textsOf(read(file)).map((parts) => [file, parts] as const));
    expect(texts.length).toBeGreaterThan(80);
    expect(texts.filter(([, parts]) => !isShown(parts) && !isDefinition(parts))).toEqual([]);
  });
});

/** Files whose texts are others: refusals, malformed principals, lines of the log. */
const otherTexts = ['model/access-errors.ts', 'model/principal.ts', 'policy/bind-policies.ts'];

/** Tells whether a text is SDL, which the engine compares definitions with. */
const isDefinition = (parts: readonly string[]): boolean => parts.some((part) => part.includes('type Query {'));

test.each(fencesOf(read('docs/reference/engine-directives.md'), 'graphql').map((sdl) => [sdl]))(
  'The reference of directives shows what builds: %s',
  (sdl) => {
    expect(() =>
      guardSchema<Principal>(makeExecutableSchema({ typeDefs: [accessDirectives, sdl] }), {
        principal: (context) => context,
        roles,
        policies: policiesOf(sdl),
        rules: { isBusinessHours: () => true },
        federation: sdl.includes('# federation'),
      }),
    ).not.toThrow();
  },
);

interface Project {
  readonly id: string;
  readonly author: string;
  readonly isOpen: boolean;
  readonly tenant: string;
  readonly version: number;
  readonly members: ReadonlyArray<{ readonly user: string }>;
}

// prettier-ignore
const projectPolicy = definePolicy('Project', ({ allOf, anyOf, is, owner, role, some, everyone }: Conditions<Project>) => ({
  read: anyOf(
    is({ isOpen: true }),
    owner('author'),
    some('members', is((principal) => ({ user: userIdOf(principal) }))),
    is(({ attributes }) => ({ tenant: attributes?.['tenant'] as string })),
  ),
  rename: allOf(owner('author'), is((_, args) => ({ version: args['expectedVersion'] as number }))),
  create: allOf(owner('author'), is({ isOpen: false })),
  delete: role('ADMIN'),
  count: everyone,
}));

test('The reference of policies shows code that runs', async () => {
  const principal: Principal = { kind: 'user', id: 'ann', roles: [], scopes: [], attributes: { tenant: 't1' } };
  const project = { id: '1', author: 'ann', isOpen: false, tenant: 't2', version: 3, members: [] };
  const relations = () => ({ type: 'Member', isMany: true });
  const bound = bindPolicies({ roles, policies: [projectPolicy], relations });
  const where = bound.Project.where('read', principal);
  const mayRename = await bound.Project.decide('rename', principal, project, { expectedVersion: 3 });
  const { reason } = await bound.Project.explain('read', principal, project);
  await bound.Project.requireCreate(principal, { author: 'ann', isOpen: false });

  expect(where).toEqual({
    $or: [{ isOpen: true }, { author: 'ann' }, { members: { $some: { user: 'ann' } } }, { tenant: 't1' }],
  });
  expect(mayRename).toBe(true);
  expect(reason).toBe('allowed: owner author');
});

test('The reference of policies shows what stands in this file, and what another has compiled', () => {
  const here = ['reference', 'declared-attributes']
    .map((name) => bare(read(`test/authorization/${name}.test.ts`)))
    .join('\n');
  for (const snippet of fencesOf(read('docs/reference/engine-policies.md'), 'ts')) {
    for (const line of snippet.split('\n')) expect(here).toContain(bare(line).trim());
  }
});
