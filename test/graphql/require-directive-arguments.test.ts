import { expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { requireDirectiveArguments } from '../../src/graphql/require-directive-arguments.ts';

const require = (field: string, type = 'type'): void =>
  requireDirectiveArguments(
    buildSchema(`
      directive @rateLimit(max: Int!, window: String!, identityArgs: [String!]) repeatable on FIELD_DEFINITION
      directive @cost(weight: Int!) on FIELD_DEFINITION
      input Person { name: String, friends: [Person!] }
      input Letter { to: String!, from: Person! }
      type Query { a: Int }
      ${type} Post { ${field} }
    `),
  );

test.each([
  'send(letter: Letter!): Int @rateLimit(max: 1, window: "1m", identityArgs: ["letter"])',
  'send(letter: Letter!): Int @rateLimit(max: 1, window: "1m", identityArgs: ["letter.to", "letter.from.friends"])',
  'send(letter: [Letter!]!): Int @rateLimit(max: 1, window: "1m") @cost(weight: 0)',
])('A limit by arguments that the field has, and a weight from 0, are accepted: %s', (field) => {
  expect(() => require(field)).not.toThrow();
});

test.each([
  ['email', 'email'],
  ['letter.too', 'letter.too'],
  ['letter.to.name', 'letter.to.name'],
  ['letter.from.email', 'letter.from.email'],
  ['letter.from.friends.name', 'letter.from.friends.name'],
  ['', ''],
])('A limit by an argument that the field does not have stops the start: %s', (path, named) => {
  const limit = `@rateLimit(max: 1, window: "1m", identityArgs: ["letter", "${path}"])`;
  expect(() => require(`send(letter: Letter!): Int ${limit}`)).toThrow(
    new Error(`Post.send @rateLimit: the field has no argument ${named}. Correct its identityArgs.`),
  );
});

test('A weight below 0 stops the start, wherever it stands, and every mistake is listed', () => {
  const limit = '@rateLimit(max: 1, window: "1m", identityArgs: ["b"])';
  expect(() => require(`a: Int @cost(weight: -1) b: Int ${limit} @cost(weight: -100)`, 'interface')).toThrow(
    new Error(
      [
        'Post.a @cost: its weight is below 0. Give 0 or more.',
        'Post.b @rateLimit: the field has no argument b. Correct its identityArgs.',
        'Post.b @cost: its weight is below 0. Give 0 or more.',
      ].join('\n'),
    ),
  );
});
