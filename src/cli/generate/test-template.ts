import { targetImports } from './code-templates.ts';
import { type FeatureToWrite, importLines, inputName, referencesOf } from './feature-to-write.ts';
import type { Field } from './fields.ts';
import { kinds } from './kinds.ts';
import { template } from './template.ts';

/** `test/notes.test.ts` */
export function testOf(feature: FeatureToWrite): string {
  const { names, fields, isOwned } = feature;
  const { type, one, many } = names;
  const references = referencesOf(feature).filter(({ isOptional }) => !isOptional);
  const plain = fields.filter(({ kind }) => kind !== 'reference');
  const shown = plain.map(({ name }) => name).join(' ');
  const [values, change] = [samplesOf(plain, 0), samplesOf(plain, 1)];
  const writer = isOwned ? 'viewer' : 'editor';
  const wrong = plain.flatMap(wrongValues);
  return template`
${importLines([
  [['afterAll', 'beforeAll', 'expect', 'test'], '@jest/globals'],
  ...targetImports({ ...feature, fields: references }).map(
    ([imported, from]) => [imported, from.replace('../', '../src/')] as const,
  ),
  ...(references.length > 0 ? ([[['readableId'], './support/rows.ts']] as const) : []),
  [['type SignedIn', 'startServer', 'type TestServer'], './support/server.ts'],
])}

const create = 'mutation ($input: Create${type}Input!) { create${type}(input: $input) { id version } }';
const update = 'mutation ($id: ID!, $input: Update${type}Input!) { update${type}(id: $id, input: $input) { ${shown} version } }';
const remove = 'mutation ($id: ID!) { delete${type}(id: $id) }';
const find = 'query ($id: ID!) { ${one}(id: $id) { ${shown} version } node(id: $id) { id } }';
const list = '{ ${many} { totalCount nodes { id } } }';

const values = { ${values} };
const change = { ${change} };

let server: TestServer;
let viewer: SignedIn;
let editor: SignedIn;
${references.length > 0 ? 'let input: object;' : 'const input = values;'}
beforeAll(async () => {
  server = await startServer();
  [viewer, editor] = await Promise.all([server.signIn('viewer'), server.signIn('editor')]);
  ${references.length > 0 ? `input = { ...values, ${references.map((field) => `${inputName(field)}: await readableId(server, ${writer}, ${field.target})`).join(', ')} };` : ''}
});
afterAll(() => server.stop());

async function created(): Promise<string> {
  const { create${type} } = await ${writer}.get<{ create${type}: { id: string } }>(create, { input });
  return create${type}.id;
}

${isOwned ? ownedTests(feature) : scopedTests(feature)}
${
  wrong.length > 0
    ? `
test.each([${wrong.map(([name, value]) => `['${name}', ${value}]`).join(', ')}])('A value of %s out of its range is refused, naming the field', async (field, value) => {
  const { body } = await ${writer}.ask(create, { input: { ...input, [field]: value } });
  expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: \`input.\${field}\` });
});`
    : ''
}
`;
}

const samplesOf = (fields: readonly Field[], index: 0 | 1): string =>
  fields
    .map((field) => `${field.name}: ${field.kind === 'reference' ? '' : kinds[field.kind].samples(field)[index]}`)
    .join(', ');

/** Longer than that, a value would be refused with the whole request. */
const maxSent = 50_000;
const maxInt = 2_147_483_647;

function wrongValues({ name, kind, range }: Field): Array<readonly [string, string]> {
  if (range === null) return [];
  if (kind === 'string' || kind === 'text')
    return [
      ...(range.min > 0 ? [[name, "''"] as const] : []),
      ...(range.max < maxSent ? [[name, `'x'.repeat(${range.max + 1})`] as const] : []),
    ];
  return range.max < maxInt ? [[name, String(range.max + 1)]] : [];
}

const ownedTests = (feature: FeatureToWrite): string => {
  const { type, one, many, words, manyWords } = feature.names;
  return template`
test('A ${words} is read and written by its owner alone', async () => {
  const id = await created();
  expect(await viewer.get(find, { id })).toEqual({ ${one}: { ...values, version: 1 }, node: { id } });
  expect(await viewer.get(list)).toEqual({ ${many}: { totalCount: 1, nodes: [{ id }] } });
  for (const stranger of [editor, await server.signIn('admin')]) {
    expect(await stranger.get(find, { id })).toEqual({ ${one}: null, node: null });
    expect(await stranger.get(list)).toEqual({ ${many}: { totalCount: 0, nodes: [] } });
    expect(await stranger.refusal(update, { id, input: change })).toBe('NOT_FOUND');
    expect(await stranger.refusal(remove, { id })).toBe('NOT_FOUND');
  }
  ${changes(type, one, 'viewer')}
});

test('No ${manyWords} are read or written without signing in', async () => {
  expect(await server.refusal(list)).toBe('UNAUTHENTICATED');
  expect(await server.refusal(create, { input })).toBe('UNAUTHENTICATED');
});
`;
};

const scopedTests = (feature: FeatureToWrite): string => {
  const { type, one, many, words, manyWords, folder } = feature.names;
  return template`
test('A ${words} is read with the scope ${folder}:read, and written with ${folder}:write', async () => {
  const id = await created();
  for (const reader of [viewer, editor]) {
    expect(await reader.get(find, { id })).toEqual({ ${one}: { ...values, version: 1 }, node: { id } });
    expect(await reader.get(list)).toEqual({ ${many}: { totalCount: 1, nodes: [{ id }] } });
  }
  expect(await viewer.refusal(create, { input })).toBe('FORBIDDEN');
  expect(await viewer.refusal(update, { id, input: change })).toBe('FORBIDDEN');
  expect(await viewer.refusal(remove, { id })).toBe('FORBIDDEN');
  ${changes(type, one, 'editor')}
});

test('No ${manyWords} are read or written without signing in', async () => {
  const id = await created();
  expect(await server.get('query ($id: ID!) { node(id: $id) { id } }', { id })).toEqual({ node: null });
  expect(await server.refusal(list)).toBe('UNAUTHENTICATED');
  expect(await server.refusal(create, { input })).toBe('UNAUTHENTICATED');
});
`;
};

const changes = (type: string, one: string, writer: string): string => template`
  expect(await ${writer}.get(update, { id, input: change })).toEqual({ update${type}: { ...change, version: 2 } });
  expect(await ${writer}.refusal(update, { id, input: { expectedVersion: 1 } })).toBe('CONFLICT');
  expect(await ${writer}.get(remove, { id })).toEqual({ delete${type}: id });
  expect(await ${writer}.get(find, { id })).toEqual({ ${one}: null, node: null });`;
