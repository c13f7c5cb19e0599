import { describe, expect, test } from '@jest/globals';
import { buildSchema, graphqlSync, type GraphQLResolveInfo } from 'graphql';
import { selectionOf, type Selection } from '../../src/request/selection.ts';

const schema = buildSchema(`
  type Query { list(first: Int): List number: Int }
  type List { nodes: [Row] edges: [Edge] totalCount: Int }
  type Edge { cursor: String node: Row }
  type Row { id: ID title: String author: Row }
`);

/** What the resolver of `list` is told, for each place where it is selected. */
function infosOf(document: string): GraphQLResolveInfo[] {
  const infos: GraphQLResolveInfo[] = [];
  const note = (_: unknown, __: unknown, info: GraphQLResolveInfo) => (infos.push(info), null);
  const { errors } = graphqlSync({
    schema,
    source: document,
    rootValue: { list: note, number: note },
  });
  expect(errors).toBeUndefined();
  return infos;
}
const infoOf = (document: string): GraphQLResolveInfo => {
  const [info] = infosOf(document);
  if (info === undefined) throw new Error('nothing was resolved');
  return info;
};
const namesOf = ({ fields }: Selection): string[] => [...fields.keys()];

describe('A selection', () => {
  test('is of fields by their names, in fragments as well, whatever a directive leaves out', () => {
    const selection = selectionOf(
      infoOf(`{ list { a: totalCount ...A ... on List { edges @skip(if: true) { cursor } } } }
        fragment A on List { nodes { id } ...B } fragment B on List { b: nodes { title } totalCount }`),
    );
    expect(namesOf(selection)).toEqual(['totalCount', 'nodes', 'edges']);
    expect(namesOf(selection.below('nodes'))).toEqual(['id', 'title']);
    expect([selection.has('edges'), selection.has('a'), selection.has('cursor')]).toEqual([true, false, false]);
    expect(selection.schema).toBe(schema);
  });

  test('of a field that is selected several times is all that stands below it', () => {
    const info = infoOf('{ list { nodes { id } totalCount } list { nodes { title author { id } } nodes { id } } }');
    const selection = selectionOf(info);
    expect(namesOf(selection)).toEqual(['nodes', 'totalCount']);
    expect(namesOf(selection.below('nodes'))).toEqual(['id', 'title', 'author']);
    expect(namesOf(selection.below('nodes').below('author'))).toEqual(['id']);
    // The first of them may stand elsewhere alone, as a part of a fragment.
    const [first] = info.fieldNodes;
    const alone = selectionOf({ ...info, fieldNodes: first === undefined ? [] : [first] });
    expect(namesOf(alone.below('nodes'))).toEqual(['id']);
    expect(namesOf(selectionOf(info).below('nodes'))).toEqual(['id', 'title', 'author']);
  });

  test('of rows is what stands below nodes and below the nodes of edges', () => {
    const { nodes } = selectionOf(infoOf('{ list { nodes { id } edges { cursor node { title } } } }'));
    expect(namesOf(nodes)).toEqual(['id', 'title']);
    expect(namesOf(selectionOf(infoOf('{ list { edges { node { author { id } } } } }')).nodes)).toEqual(['author']);
    expect(namesOf(selectionOf(infoOf('{ list { totalCount } }')).nodes)).toEqual([]);
  });

  test('is empty below what is not selected, or has nothing below it', () => {
    const selection = selectionOf(infoOf('{ list { totalCount } }'));
    for (const below of [
      selection.below('edges'),
      selection.below('edges').below('node'),
      selection.below('totalCount'),
    ])
      expect(namesOf(below)).toEqual([]);
    expect(selection.below('edges').schema).toBe(schema);
    expect(namesOf(selectionOf(infoOf('{ number }')))).toEqual([]);
  });

  test('is remembered with its place in the document, and each with its own', () => {
    const document = '{ list { nodes { id } } other: list { totalCount } }';
    const [info, other] = infosOf(document);
    if (info === undefined || other === undefined) throw new Error('nothing was resolved');
    const selection = selectionOf(info);
    expect(selectionOf(info)).toBe(selection);
    expect(selection.nodes).toBe(selection.nodes);
    expect(selection.fields).toBe(selection.fields);
    expect(selectionOf(other)).not.toBe(selection);
    expect(namesOf(selectionOf(other))).toEqual(['totalCount']);
  });

  test('ends, even if fragments of a document that was not validated name each other, or none', () => {
    const info = infoOf('{ list { ...A } } fragment A on List { totalCount }');
    const spread = { kind: 'FragmentSpread', name: { kind: 'Name', value: 'A' } };
    const definition = info.fragments['A'];
    if (definition === undefined) throw new Error('no fragment');
    const selections = [
      ...definition.selectionSet.selections,
      spread,
      { ...spread, name: { kind: 'Name', value: 'B' } },
    ];
    const fragments = { A: { ...definition, selectionSet: { ...definition.selectionSet, selections } } };
    const selection = selectionOf({ ...info, fragments } as unknown as GraphQLResolveInfo);
    expect(namesOf(selection)).toEqual(['totalCount']);
  });
});
