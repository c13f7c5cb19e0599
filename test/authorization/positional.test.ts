import { expect, test } from '@jest/globals';
import { definePolicy, type AccessWarning } from '../../src/authorization/index.ts';
import { anonymous, build, offenders, user } from './support.ts';

const docs = [
  { __typename: 'Doc', id: '1', isOpen: true },
  { __typename: 'Doc', id: '2', isOpen: false },
  null,
  { __typename: 'Doc', id: '4', isOpen: true },
];
const policies = [definePolicy('Doc', ({ is }) => ({ read: is({ isOpen: true }) }))];
const docType = 'type Doc @can(action: "read") { id: ID }';

test('The entities of Federation keep their places: a refused or absent row is null', async () => {
  const { ask, log } = build({
    sdl: `scalar _Any union _Entity = Doc | Other type Other @auth { id: ID } ${docType}
      type Query { _entities(representations: [_Any!]!): [_Entity]! _service: Int @public }`,
    resolvers: {
      Query: { _entities: () => [...docs.slice(0, 2), { __typename: 'Other', id: '9' }, ...docs.slice(2)] },
    },
    policies,
    federation: true,
  });
  const { data, codes } = await ask(
    '{ _entities(representations: []) { ... on Doc { id } ... on Other { id } } }',
    anonymous,
  );
  expect(data).toEqual({ _entities: [{ id: '1' }, null, null, null, { id: '4' }] });
  expect(codes).toEqual({ '_entities.2': 'UNAUTHENTICATED' });
  expect(log).toEqual([]);
});

test('A list with @positional keeps its places, whether or not its rows are there yet', async () => {
  const { ask } = build({
    sdl: `${docType} type Query @public { now(ids: [ID!]!): [Doc]! @positional later(ids: [ID!]!): [Doc] @positional grid: [[Doc]] @positional filtered: [Doc] }`,
    resolvers: {
      Query: {
        now: () => docs,
        later: () => docs.map(async (doc) => doc),
        grid: () => [docs, [docs[1]]],
        filtered: () => docs,
      },
    },
    policies,
  });
  const kept = [{ id: '1' }, null, null, { id: '4' }];
  const { data, codes } = await ask(
    '{ now(ids: []) { id } later(ids: []) { id } grid { id } filtered { id } }',
    user('u'),
  );
  expect(data).toEqual({ now: kept, later: kept, grid: [kept, [null]], filtered: [{ id: '1' }, null, { id: '4' }] });
  expect(codes).toEqual({});
});

test.each([
  ['a list of items that may not be null', '[Doc!]'],
  ['lists within a list, of items that may not be null', '[[Doc!]]'],
  ['no list', 'Doc'],
])('@positional on %s does not build', (_, type) => {
  const sdl = `${docType} type Query @public { docs: ${type} @positional }`;
  expect(offenders({ sdl, policies })).toEqual(['Query.docs @positional']);
});

test('A list of guarded rows that takes a list of ids earns a warning without @positional', () => {
  const warnings: AccessWarning[] = [];
  build({
    sdl: `${docType} type Open { id: ID } interface Thing { id: ID }
      type Query @public { docs(ids: [ID!]!): [Doc] kept(ids: [ID!]): [Doc] @positional open(ids: [ID!]): [Open] one(ids: [ID!]): Doc all(id: ID): [Doc] }`,
    policies,
    onWarning: (warning) => warnings.push(warning),
  });
  expect(warnings).toEqual([
    { kind: 'position', coordinate: 'Query.docs', message: expect.stringContaining('@positional') },
  ]);
});
