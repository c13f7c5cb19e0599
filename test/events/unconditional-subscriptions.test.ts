import { expect, test } from '@jest/globals';
import { buildSchema, parse, specifiedRules, validate } from 'graphql';
import { UnconditionalSubscriptionsRule } from '../../src/graphql/unconditional-subscriptions.ts';

const schema = buildSchema('type Query { a: Query b: Int } type Subscription { a: Query b: Int }');
const message = 'The root field of a subscription must not have @skip or @include.';

/** The errors of a document, and the columns that each names. */
const errorsOf = (document: string): Array<[string, number[]]> =>
  validate(schema, parse(document), [...specifiedRules, UnconditionalSubscriptionsRule]).map(
    ({ message: told, locations = [] }) => [told, locations.map(({ column }) => column)],
  );

test.each([
  ['on the field', 'subscription { a @skip(if: true) { b } }'],
  ['on an inline fragment', 'subscription { ... @include(if: true) { a { b } } }'],
  ['in an inline fragment', 'subscription { ... { b @include(if: true) } }'],
  ['on the spread of a fragment', 'subscription { ...F @skip(if: true) } fragment F on Subscription { b }'],
  ['in a fragment', 'subscription { ...F } fragment F on Subscription { b @skip(if: true) }'],
  [
    'in a fragment of a fragment',
    'subscription { ...F } fragment F on Subscription { ...G } fragment G on Subscription { b @skip(if: true) }',
  ],
  [
    'in fragments that go round in circles',
    'subscription { ...F } fragment F on Subscription { ...F b @skip(if: true) }',
  ],
  ['in one of several operations', 'query { b } subscription { b @skip(if: true) }'],
  ['with a variable', 'subscription ($x: Boolean!) { b @skip(if: $x) }'],
  ['of an unknown fragment', 'subscription { ...F @skip(if: true) }'],
])('A condition at the root of a subscription is refused: %s', (_, document) => {
  expect(errorsOf(document)).toEqual([[message, [document.indexOf('@') + 1]]]);
});

test.each([
  ['at the root of a query', '{ b @skip(if: true) ... @include(if: true) { b } }'],
  ['below the root of a subscription', 'subscription { a { b @skip(if: true) ... @include(if: true) { b } } }'],
  ['in a fragment that is not at the root', 'subscription { a { ...F } } fragment F on Query { b @skip(if: true) }'],
  [
    'in a fragment that has the name of the field',
    'subscription S { b } query Q { ...b } fragment b on Query { b @skip(if: true) }',
  ],
])('A condition is allowed %s', (_, document) => expect(errorsOf(document)).toEqual([]));

test('What else is wrong with a subscription is told as ever', () => {
  expect(errorsOf('subscription { ...F }').map(([told]) => told)).toEqual(['Unknown fragment "F".']);
  expect(errorsOf('subscription { b a { b } }').map(([told]) => told)).toEqual([
    expect.stringMatching('must select only one top level field'),
  ]);
});
