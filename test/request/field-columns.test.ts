import { makeExecutableSchema } from '@graphql-tools/schema';
import { describe, expect, test } from '@jest/globals';
import { graphqlSync, type GraphQLResolveInfo } from 'graphql';
import { accessDirectives, definePolicy, guardSchema, type Conditions } from '../../src/authorization/index.ts';
import type { Entity } from '../../src/database/rows/list-selection.ts';
import type { Rows } from '../../src/database/rows/source.ts';
import { createFieldColumns } from '../../src/request/field-columns.ts';
import { selectionOf, type Selection } from '../../src/request/selection.ts';

interface Doc {
  readonly id: string;
  readonly status: string;
  readonly owner: string;
}

let seen: GraphQLResolveInfo | undefined;
const schema = guardSchema(
  makeExecutableSchema({
    typeDefs: [
      accessDirectives,
      `type Doc @can(action: "read") {
         id: ID
         title: String
         size: Int
         extract: String
         notes: String @can(action: "review")
         drafts: String @can(action: "write")
         sum: Int
       }
       type Query { doc: Doc @public }`,
    ],
    resolvers: { Query: { doc: (_, __, ___, info: GraphQLResolveInfo) => ((seen = info), null) } },
  }),
  {
    principal: () => ({ kind: 'anonymous' }),
    roles: {},
    policies: [
      definePolicy('Doc', ({ is, owner }: Conditions<Doc>) => ({
        read: is({ status: 'PUBLISHED' }),
        review: owner('owner'),
        write: is(() => ({ owner: 'somebody' })),
      })),
    ],
  },
);

function selecting(fields: string): Selection {
  const { errors } = graphqlSync({ schema, source: `{ doc { ${fields} } }` });
  expect(errors).toBeUndefined();
  if (seen === undefined) throw new Error('nothing was resolved');
  return selectionOf(seen);
}

const Doc = { name: 'Doc' } as unknown as Entity;
let looks = 0;
const properties = new Set(['id', 'title', 'status', 'owner', 'body', 'notes', 'drafts']);
const rows = { source: { tableOf: () => ((looks += 1), properties) } } as unknown as Rows;
const columns = createFieldColumns(Doc, { size: ['body', 'title'], extract: [], sum: undefined });
const columnsOf = (fields: string): readonly string[] | undefined => columns(rows, selecting(fields))?.names;

describe('The columns of a selection', () => {
  test('are those of its fields’ names and what guards the type', () => {
    expect(columnsOf('title')).toEqual(['id', 'status', 'title']);
    expect(columnsOf('notes')).toEqual(['id', 'notes', 'owner', 'status']);
  });

  test('are what a field says that it reads instead of its name, which may be nothing', () => {
    expect(columnsOf('size')).toEqual(['body', 'id', 'status', 'title']);
    expect(columnsOf('extract')).toEqual(['id', 'status']);
    expect(columnsOf('__typename')).toEqual(['id', 'status']);
  });

  test('are all, if a field or what guards it may read any', () => {
    expect(columnsOf('title sum')).toBeUndefined();
    expect(columnsOf('title drafts')).toBeUndefined();
  });

  test('are all, if a field stands nowhere and bears no name of a property', () => {
    expect(createFieldColumns(Doc, {})(rows, selecting('extract'))).toBeUndefined();
  });

  test('are found once for a selection, those of all of them as well', () => {
    for (const fields of ['title', 'sum']) {
      const selection = selecting(fields);
      const first = columns(rows, selection);
      looks = 0;
      expect(columns(rows, selection)).toBe(first);
      expect(looks).toBe(0);
    }
  });
});
