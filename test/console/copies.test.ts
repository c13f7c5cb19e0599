import { expect, test } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DisableUser } from '../../web/generated/documents.ts';
import { operationText } from '../../web/ui/operation-text.ts';
import { root } from '../support/process.ts';

const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const named = (pattern: RegExp, text: string): string[] => [...text.matchAll(pattern)].map(([, name = '']) => name);
const sources = globSync('web/**/*.tsx', { cwd: root }).map((name) => ({ name, text: read(name) }));
const copiedIn = (text: string): string[] => named(/\boperationText\(\s*(\w+)/g, text);

test('What a page of the console does stands under its own “Copy as…”', () => {
  const acting = sources
    .map(({ name, text }) => ({ name, sent: named(/\brun\(\s*([A-Z]\w+)/g, text), copied: copiedIn(text) }))
    .filter(({ sent }) => sent.length > 0);
  expect(acting.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['web/accounts/users-page.tsx', 'web/system/signing-keys-page.tsx']),
  );
  const forgotten = acting.flatMap(({ name, sent, copied }) =>
    sent.filter((one) => !copied.includes(one)).map((one) => `${name}: ${one}`),
  );
  expect(forgotten).toEqual([]);
});

test('Every mutation of the console stands under “Copy as…” of a page', () => {
  const mutations = named(/^mutation (\w+)/gm, read('web/documents.graphql'));
  expect(mutations.length).toBeGreaterThan(9);
  const copied = sources.flatMap(({ text }) => copiedIn(text));
  expect(mutations.filter((one) => !copied.includes(one))).toEqual([]);
});

test('An operation is copied whole, with its variables in a line of their own', () => {
  const text = operationText(DisableUser, { id: 'of\nBo' });
  expect(text).toContain('mutation DisableUser($id: ID!, $reason: String) {');
  expect(text).toContain('fragment Account on User {');
  expect(text.split('\n').at(-2)).toBe('# Variables: {"id":"of\\nBo"}');
  expect(operationText(DisableUser)).not.toContain('#');
});
