import { makeExecutableSchema } from '@graphql-tools/schema';
import { describe, expect, test } from '@jest/globals';
import {
  accessDirectives,
  columnsGuarded,
  definePolicy,
  guardSchema,
  userIdOf,
  type Conditions,
} from '../../src/authorization/index.ts';

interface Doc {
  readonly id: string;
  readonly status: string;
  readonly owner: string;
  readonly reviewer: string;
}

const schema = guardSchema(
  makeExecutableSchema({
    typeDefs: [
      accessDirectives,
      `type Doc @can(action: "read") {
         id: ID!
         notes: String @can(action: "review")
         drafts: String @can(action: "write")
       }
       type Plain { id: ID! }
       type Query { doc: Doc @public plain: Plain @public }`,
    ],
  }),
  {
    principal: () => ({ kind: 'anonymous' }),
    roles: {},
    policies: [
      definePolicy('Doc', ({ anyOf, is, owner, authenticated }: Conditions<Doc>) => ({
        read: anyOf(is({ status: 'PUBLISHED' }), owner('owner'), authenticated),
        review: owner('reviewer'),
        write: is((principal) => ({ owner: userIdOf(principal) })),
      })),
    ],
  },
);

describe('The columns that a host loads for the guards of a type', () => {
  test('are those of its own policy, and of the fields that are selected', () => {
    expect(columnsGuarded(schema, 'Doc', ['id'])).toEqual(['status', 'owner']);
    expect(columnsGuarded(schema, 'Doc', ['id', 'notes'])).toEqual(['status', 'owner', 'reviewer']);
  });

  test('are not known if a function of a selected field names them', () => {
    expect(columnsGuarded(schema, 'Doc', ['drafts'])).toBeUndefined();
  });

  test('are none of a type without a guard, nor of one that the schema does not have', () => {
    expect(columnsGuarded(schema, 'Plain', ['id'])).toEqual([]);
    expect(columnsGuarded(schema, 'Stranger', ['id'])).toEqual([]);
  });
});
