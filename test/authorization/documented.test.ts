import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const engine = resolve(import.meta.dirname, '../../src/authorization');
const read = (name: string): string => readFileSync(join(engine, name), 'utf8');

interface Exported {
  readonly name: string;
  readonly file: string;
}

const exported: readonly Exported[] = Array.from(
  read('index.ts').matchAll(/export (?:type )?\{(?<names>[^}]*)\} from '(?<file>[^']*)'/g),
  ({ groups }) => ({ names: groups?.['names'] ?? '', file: groups?.['file'] ?? '' }),
).flatMap(({ names, file }) =>
  names
    .split(',')
    .map((name) => name.trim().replace(/^type /, ''))
    .filter((name) => name !== '')
    .map((name) => ({ name, file })),
);

/** The doc comment right above the declaration of a name; empty if there is none. */
function commentOn({ name, file }: Exported): string {
  const declaration = new RegExp(
    `/\\*\\*(?<comment>(?:(?!\\*/)[^])*)\\*/\\n(?://.*\\n)*export (?:const |async function |function |interface |type |class )${name}\\b`,
  );
  return declaration.exec(read(file))?.groups?.['comment'] ?? '';
}

test('Everything that the entry of the engine exports has a doc comment', () => {
  expect(exported.length).toBeGreaterThan(40);
  expect(exported.filter((one) => commentOn(one).length < 20).map(({ name }) => name)).toEqual([]);
});

test.each([
  'guardSchema',
  'accessDirectives',
  'NoSuggestionsRule',
  'definePolicy',
  'bindPolicies',
  'subjectOf',
  'principalOf',
  'rebindPrincipal',
  'accessMatrix',
  'explainOperation',
  'expectGuarded',
  'compileRoles',
  'scopeCovers',
  'userIdOf',
])('The doc comment of %s has an example', (name) => {
  const found = exported.find((one) => one.name === name);
  expect(found && commentOn(found)).toContain('@example');
});
