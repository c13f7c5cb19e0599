import { describe, expect, test } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { printedDocuments } from '../../docs/print/print.ts';
import { root } from '../support/process.ts';
import { pages, type Fence } from './pages.ts';

const schema = buildSchema(readFileSync(join(root, 'test/__snapshots__/schema.graphql'), 'utf8'));

/** Lines without what a formatter may change. */
const bare = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');

const isIn = (snippet: string, file: string): boolean =>
  bare(readFileSync(join(root, file), 'utf8')).includes(bare(snippet));

/** Guides that add files are followed as a whole, and the engine's reference is built, by other tests. */
const snippets = pages
  .filter(
    ({ path }) =>
      !/^(?:src|bench|docs\/clients|docs\/guides\/(?:add-|engine-from-)|docs\/reference\/engine-)/.test(path),
  )
  .flatMap(({ path, fences }) => fences.map((fence) => ({ ...fence, path })));
const ofLanguage = (language: string) => snippets.filter((snippet) => snippet.language === language);
const linesOf = ({ path, content }: Fence & { path: string }) => `${path}: ${content.split('\n', 1)[0]}`;

test('Every block of a document is of a kind that a test looks at', () => {
  // `trusted-issuers-guide` runs the blocks of JavaScript.
  const known = ['', 'text', 'sh', 'js', 'json', 'graphql', 'ts', 'diff'];
  expect(snippets.filter(({ language }) => !known.includes(language)).map(linesOf)).toEqual([]);
});

test('Every block without a language holds commands', () => {
  const isCommand = (line: string): boolean =>
    /^(?:[A-Z_]+=\S+ )*(?:npm|git|jq|curl|\.ci\/)/.test(line) || line.startsWith('  ') || line === '';
  const others = ofLanguage('').filter(({ content }) => !content.split('\n').every(isCommand));
  expect(others.map(linesOf)).toEqual([]);
});

test('Every block of TypeScript stands in the file that the text before it names', () => {
  const strays = ofLanguage('ts').filter(
    ({ content, file }) => file === undefined || !existsSync(join(root, file)) || !isIn(content, file),
  );
  expect(strays.map(linesOf)).toEqual([]);
});

test('Every operation that a document shows is valid against the schema', () => {
  const wrong = ofLanguage('graphql').flatMap((snippet) => {
    if (snippet.path === 'docs/reference/directives.md') return [];
    const document = parse(snippet.content);
    return validate(schema, document).map(({ message }) => `${linesOf(snippet)}: ${message}`);
  });
  expect(wrong).toEqual([]);
});

test('Every block of JSON is JSON', () => {
  for (const { content } of ofLanguage('json')) expect(() => void JSON.parse(content)).not.toThrow();
});

describe('The pages and pictures that are made by npm run print', () => {
  test.each(Object.entries(printedDocuments()))('%s is as the code says', (path, text) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(text);
  });
});
