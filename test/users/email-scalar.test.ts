import { expect, test } from '@jest/globals';
import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { createUserResolvers } from '../../src/users/users.resolvers.ts';

const { EmailAddress } = createUserResolvers({
  recorder: {
    prepare(): never {
      throw new Error('Nothing is recorded.');
    },
    record: () => undefined,
    note: () => Promise.resolve(null),
  },
  searches: (_, work) => work(),
});

test('An e-mail in a document or in a variable is normalised, and nothing but a text is one', () => {
  if (!(EmailAddress instanceof GraphQLScalarType)) throw new Error('It is no scalar.');
  const written = (node: ValueNode): unknown => EmailAddress.parseLiteral(node, {});
  expect(EmailAddress.parseValue(' Ada@Example.com ')).toBe('ada@example.com');
  expect(written({ kind: Kind.STRING, value: 'Ada@Example.com' })).toBe('ada@example.com');
  for (const value of ['ada', '', 5, null, ['ada@example.com'], { a: 1 }])
    expect(() => EmailAddress.parseValue(value)).toThrow('Expected an e-mail address.');
  for (const node of [
    { kind: Kind.ENUM, value: 'ada@example.com' },
    { kind: Kind.INT, value: '5' },
    { kind: Kind.STRING, value: 'ada' },
  ] as const)
    expect(() => written(node)).toThrow('Expected an e-mail address.');
});
