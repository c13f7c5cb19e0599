import { expect, test } from '@jest/globals';
import { definePolicy } from '../../src/authorization/index.ts';
import { anonymous, build, user } from './support.ts';

const { ask } = build({
  policies: [definePolicy<{ author: string }>('Row', ({ owner }) => ({ read: owner('author') }))],
  sdl: `
    type Row @can(action: "read") { id: ID }
    type Box { must: Int! @auth may: Int @auth box: Box row: Row mustRow: Row! rows: [Row!]! maybe: [Row] grid: [[Row!]!] }
    type Query @public { box: Box mustBox: Box! boxes: [Box] mustBoxes: [Box!] }`,
  resolvers: {
    Query: { box: () => BOX, mustBox: () => BOX, boxes: () => [BOX, BOX], mustBoxes: async () => [BOX] },
  },
});
const [mine, theirs] = [
  { id: 'm', author: 'me' },
  { id: 't', author: 'them' },
];
const BOX: Record<string, unknown> = {
  must: 1,
  may: 1,
  row: theirs,
  mustRow: theirs,
  rows: [theirs, mine, null, theirs],
  maybe: new Set([mine, theirs, null]),
  grid: [[theirs, mine], [theirs]],
};
BOX['box'] = BOX;
const U = 'UNAUTHENTICATED';

test.each([
  ['a nullable field is null, with its error', '{ box { may } }', { box: { may: null } }, { 'box.may': U }],
  ['a non-null field takes its parent', '{ box { must } }', { box: null }, { 'box.must': U }],
  ['as far as null may be', '{ box { box { must } } }', { box: { box: null } }, { 'box.box.must': U }],
  ['to the whole answer, if need be', '{ mustBox { must } }', null, { 'mustBox.must': U }],
  [
    'an item of a list by itself',
    '{ boxes { must } }',
    { boxes: [null, null] },
    { 'boxes.0.must': U, 'boxes.1.must': U },
  ],
  ['a list of non-null items as a whole', '{ mustBoxes { must } }', { mustBoxes: null }, { 'mustBoxes.0.must': U }],
  [
    'siblings answer all the same',
    '{ box { may } other: box { row { id } } }',
    { box: { may: null }, other: { row: null } },
    { 'box.may': U },
  ],
])('%s', async (_, document, data, codes) => {
  expect(await ask(document, anonymous)).toEqual({ data, codes });
});

const me = user('me');
test.each([
  ['a refused row is null where it may be, without an error', '{ box { row { id } } }', { box: { row: null } }, {}],
  ['and NOT_FOUND where it may not', '{ box { mustRow { id } } }', { box: null }, { 'box.mustRow': 'NOT_FOUND' }],
  ['it leaves a list of nullable items', '{ box { maybe { id } } }', { box: { maybe: [{ id: 'm' }, null] } }, {}],
  ['and lists of lists', '{ box { grid { id } } }', { box: { grid: [[{ id: 'm' }], []] } }, {}],
  [
    'a null of the service itself stays what it was',
    '{ box { rows { id } } }',
    { box: null },
    { 'box.rows.1': expect.stringContaining('Cannot return null') },
  ],
])('%s', async (_, document, data, codes) => {
  expect(await ask(document, me)).toEqual({ data, codes });
});
