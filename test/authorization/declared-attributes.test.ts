import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../support/process.ts';

/** A host in a project of its own, since what it declares counts wherever its compiler looks. */
const folder = mkdtempSync(join(tmpdir(), 'sallyport-attributes-'));
beforeAll(() => {
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'sallyport'));
  write('package.json', '{ "type": "module" }');
});
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

const declaration = `
declare module 'sallyport/authorization' {
  interface DeclaredAttributes {
    readonly tenant: string;
    readonly teams: readonly string[];
  }
}`;

const host = `
import { definePolicy, type Conditions, type GuardOptions, type Principal } from 'sallyport/authorization';
interface Document { readonly id: string; readonly tenant: string; readonly team: string }
interface Context { readonly tenant: string }

const documentPolicy = definePolicy('Document', ({ anyOf, is }: Conditions<Document>) => ({
  read: anyOf(
    is(({ attributes }) => ({ tenant: attributes?.tenant })),
    is(({ attributes }) => ({ team: { $in: attributes?.teams } })),
  ),
}));
export const options: GuardOptions<Context> = {
  principal: ({ tenant }) => ({ kind: 'user', id: 'u', roles: [], scopes: [], attributes: { tenant } }),
  roles: {},
  policies: [documentPolicy],
};
export const teamsOf = (principal: Principal): readonly string[] => principal.attributes?.teams ?? [];
`;

/** What the compiler says of a host: the text of each error. */
async function errorsOf(text: string): Promise<readonly string[]> {
  write('host.ts', text);
  const flags = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', '--module', 'nodenext'];
  const more = [
    '--target',
    'es2024',
    '--types',
    '',
    '--customConditions',
    'sallyport-source',
    '--allowImportingTsExtensions',
  ];
  const tsc = join(root, 'node_modules/.bin/tsc');
  return promisify(execFile)(tsc, [...flags, ...more, 'host.ts'], { cwd: folder }).then(
    () => [],
    ({ stdout }: { stdout: string }) => stdout.split('\n').filter((line) => line.includes('error TS')),
  );
}

describe('Attributes whose types a host has declared', () => {
  test('are known by name and type to its policies and to what makes its principals, without a cast', async () => {
    expect(await errorsOf(declaration + host)).toEqual([]);
  });

  test.each([
    [
      'a name that nobody declared in a policy',
      'attributes?.tenant })',
      'attributes?.tenat })',
      "'tenat' does not exist",
    ],
    ['a list where a filter compares one value', 'attributes?.tenant })', 'attributes?.teams })', 'is not assignable'],
    [
      'a name that nobody declared in a principal',
      'attributes: { tenant }',
      'attributes: { tenat: tenant }',
      "'tenat' does not exist",
    ],
    [
      'a value of another type in a principal',
      'attributes: { tenant }',
      'attributes: { tenant: 1 }',
      'is not assignable',
    ],
    [
      'a type that no attribute may have',
      'readonly tenant: string;\n',
      'readonly tenant: Date;\n',
      'is not assignable',
    ],
  ])('do not compile with %s', async (_, right, wrong, message) => {
    const text = declaration + host;
    expect(text).toContain(right);
    const errors = await errorsOf(text.replace(right, wrong));
    expect(errors).not.toEqual([]);
    expect(errors[0]).toContain(message);
  });
});

test('Attributes that no host has declared have any name, and the type of every attribute', async () => {
  expect(
    await errorsOf(`import type { AttributeValue, Principal } from 'sallyport/authorization';
    export const of = (principal: Principal): AttributeValue | undefined => principal.attributes?.['whatever'];`),
  ).toEqual([]);
});
