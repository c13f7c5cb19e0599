import { describe, expect, test } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, parse, print, validate } from 'graphql';
import { gzipSync } from 'node:zlib';
import { printDocument } from '../../client/print-document.ts';
import { bundle } from '../support/bundle.ts';

const folder = join(import.meta.dirname, '../../client');
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8');
const schema = buildSchema(readFileSync(join(import.meta.dirname, '../__snapshots__/schema.graphql'), 'utf8'));

/** What a browser downloads for a module, in bytes. */
const weigh = async (text: string): Promise<number> => gzipSync(await bundle(text), { level: 9 }).length;

describe('What a browser downloads', () => {
  test('is at most 6 KiB for the client', async () => {
    expect(await weigh(`export { createClient, SallyportError } from 'sallyport/client';`)).toBeLessThanOrEqual(
      6 * 1024,
    );
  });

  test('holds nothing of the client that the page does not use', async () => {
    expect(await weigh(`export { SallyportError } from 'sallyport/client';`)).toBeLessThan(400);
  });
});

describe('The source of the client', () => {
  test('imports nothing of the server', () => {
    const foreign = globSync('**/*.ts', { cwd: folder }).filter((name) =>
      /from '(?:\.\.\/)+(?:src|test)\b/.test(textOf(name)),
    );
    expect(foreign).toEqual([]);
  });

  test.each(['apollo', 'graphql-ws', 'react', 'urql'])('has an adapter of less than 60 lines for %s', (name) => {
    expect(textOf(`${name}.ts`).split('\n').length).toBeLessThan(60);
  });

  test('asks the server for what its schema has', () => {
    expect(validate(schema, parse(textOf('documents.graphql')))).toEqual([]);
  });
});

describe('A document that is a tree', () => {
  const documents = [
    textOf('documents.graphql'),
    `query Q($a: [Int!]! = [1, -2], $b: I = { c: "x\\n\\"y\\"", d: null, e: ENUM, f: 1.5e3, g: true } @x) @y(z: $a) {
      alias: field(a: $a, b: { c: [$b] }) @include(if: $a) { ...F @skip(if: false) ... on T @x { id } ... { id } ... @x { id } }
    }
    fragment F on T @x(a: "a block") { id }
    subscription { s }
    { short }`,
  ];

  test.each(documents)('is printed as graphql prints it, to the reader', (text) => {
    const tree = parse(text, { noLocation: true });
    expect(print(parse(printDocument(tree)))).toBe(print(tree));
  });
});
