import { expect, test } from '@jest/globals';
import {
  bindPolicies,
  definePolicy,
  NOTHING,
  type BoundPolicies,
  type Conditions,
} from '../../src/authorization/index.ts';
import { anonymous, roles, user } from './support.ts';

interface Doc {
  readonly id: string;
  readonly author: string;
  readonly isOpen: boolean;
}

const docPolicy = definePolicy('Doc', ({ anyOf, is, owner }: Conditions<Doc>) => ({
  read: anyOf(is({ isOpen: true }), owner('author')),
  delete: owner('author'),
}));
const notePolicy = definePolicy('Note', ({ everyone }) => ({ read: everyone }));
const bound = bindPolicies({ roles, policies: [docPolicy, notePolicy] });

test('Bound policies are reached by the names of their types, and decide like those that take the type as a value', () => {
  const mine = { id: '1', author: 'me', isOpen: false };
  expect(bound.Doc.decide('delete', user('me'), mine)).toBe(true);
  expect(bound.Doc.decide('delete', user('you'), mine)).toBe(false);
  expect(bound.Doc.where('read', anonymous)).toEqual(bound.where('Doc', 'read', anonymous));
  expect(bound.Doc.explain('read', anonymous, mine)).toEqual(bound.explain('Doc', 'read', anonymous, mine));
  expect(bound.Note.where('read', anonymous)).toEqual({});
});

test('A misspelt type or action does not compile, and denies if it is called all the same', () => {
  // @ts-expect-error: the policy of Doc has no such action
  expect(bound.Doc.where('raed', user('me'))).toBe(NOTHING);
  // @ts-expect-error: an action of another type
  expect(bound.Note.decide('delete', user('me'), {})).toBe(false);
  // @ts-expect-error: there is no policy of this type
  expect(bound.Dok).toBeUndefined();
});

test('A property that the rows do not have does not compile', () => {
  const policy = definePolicy('Doc', ({ owner }: Conditions<Doc>) => ({
    // @ts-expect-error: the rows have no such property
    read: owner('auther'),
  }));
  expect(policy.type).toBe('Doc');
});

test('A service that names the policies which it needs takes those of the whole application', () => {
  const service = (policies: BoundPolicies<[typeof docPolicy]>) => policies.Doc.where('delete', user('me'));
  expect(service(bound)).toEqual({ author: 'me' });
  const untyped = (policies: BoundPolicies) => policies.where('Doc', 'delete', user('me'));
  expect(untyped(bound)).toEqual({ author: 'me' });
});

test('A policy with the rows as its only type parameter binds, and is reached by its type as a value', () => {
  const policy = definePolicy<Doc>('Doc', ({ owner }) => ({ delete: owner('author') }));
  const untyped = bindPolicies({ roles, policies: [policy] });
  expect(untyped.where('Doc', 'delete', user('me'))).toEqual({ author: 'me' });
});
