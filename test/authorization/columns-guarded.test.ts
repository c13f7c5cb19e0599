import { makeExecutableSchema } from '@graphql-tools/schema';
import { describe, expect, test } from '@jest/globals';
import {
  accessDirectives,
  columnsGuarded,
  columnsRead,
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

test('The columns that a policy reads are those of one action, or of all', () => {
  const policy = definePolicy('Doc', ({ is, owner, allOf, role }) => ({
    read: is({ status: 'PUBLISHED' }),
    edit: allOf(owner('author'), role('EDITOR'), is({ status: 'DRAFT' })),
    delete: role('ADMIN'),
    nothing: is(null as never),
    text: is('text' as never),
  }));
  expect(columnsRead(policy, 'read')).toEqual(['status']);
  expect(columnsRead(policy, 'edit')).toEqual(['author', 'status']);
  expect(columnsRead(policy)).toEqual(['status', 'author']);
  for (const action of ['delete', 'nothing', 'text', 'unknown']) expect(columnsRead(policy, action)).toEqual([]);
});

test('The columns that a policy reads are not known if a function writes its filter, or if it looks into a collection', () => {
  const policy = definePolicy('Doc', ({ anyOf, everyone, is, some }) => ({
    read: anyOf(
      is({ status: 'PUBLISHED' }),
      is(() => ({ status: 'DRAFT' })),
    ),
    list: some('members', everyone),
  }));
  expect(columnsRead(policy, 'read')).toBeUndefined();
  expect(columnsRead(policy, 'list')).toBeUndefined();
});
