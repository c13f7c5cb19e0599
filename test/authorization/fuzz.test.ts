import { makeExecutableSchema } from '@graphql-tools/schema';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse, validate } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { accessDirectives, guardSchema } from '../../src/authorization/index.ts';
import { accessOfWorld, principalOfCaller } from './fuzz-access.ts';
import { oracle } from './fuzz-oracle.ts';
import { callers, documentOf, drawSelection, sdlOf, valueOf, worlds } from './fuzz-world.ts';
import type { FieldWorld, World, WorldRow } from './fuzz-world.ts';
import { createExecutor } from '../../src/execution/index.ts';
import { asked } from './support.ts';

/** Random schemas, directives, operations and callers: the engine answers as the slow and obvious oracle does. */

const resolverOf = (world: World, field: FieldWorld) => (row: WorldRow | undefined) =>
  valueOf(world, row?.id ?? 0, field);

function schemaOf(world: World): GraphQLSchema {
  const resolvers = (fields: readonly FieldWorld[]) =>
    Object.fromEntries(fields.map((field) => [field.name, resolverOf(world, field)]));
  const roots = resolvers(world.roots.map((field) => ({ ...field, shape: field.shape === 'T!' ? 'T' : field.shape })));
  return makeExecutableSchema({
    typeDefs: [accessDirectives, sdlOf(world)],
    resolvers: {
      Query: roots,
      Mutation: roots,
      ...Object.fromEntries(world.types.map(({ name, fields }) => [name, resolvers(fields)])),
    },
  });
}

const dice = fc.infiniteStream(fc.nat());

/**
 * Joins the errors below a place that became null into one, without a code: which of several is told depends on which is
 * found first (GraphQL §6.4.4).
 */
const withoutGone = (data: unknown, codes: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(codes).map(([path, code]) => {
      const gone = nullAbove(data, path.split('.'));
      return gone === undefined ? [path, code] : [`below ${gone}`, 'NULL'];
    }),
  );

/** Finds the place above a path that is null. */
function nullAbove(data: unknown, path: readonly string[]): string | undefined {
  let value = data;
  for (const [depth, key] of path.entries()) {
    if (value === null) return path.slice(0, depth).join('.');
    value = (value as Record<string, unknown> | undefined)?.[key];
  }
  return undefined;
}

test('the engine answers as the oracle does', async () => {
  let refusals = 0;
  await fc.assert(
    fc.asyncProperty(worlds, fc.array(callers, { minLength: 1, maxLength: 3 }), dice, async (world, people, stream) => {
      const schema = guardSchema(schemaOf(world), accessOfWorld);
      // graphql-js waits for no item of a list that failed, whose own failure would then end the process.
      const { execute } = createExecutor(schema);
      const roll = (sides: number): number => (stream.next().value ?? 0) % sides;
      for (const operation of ['query', 'mutation', 'query'] as const) {
        const selected = drawSelection(world, operation === 'query' ? 'Query' : 'Mutation', roll);
        const document = parse(documentOf(operation, selected));
        if (validate(schema, document).length > 0) continue;
        for (const caller of people) {
          const result = await execute({
            schema,
            document,
            contextValue: principalOfCaller(caller),
            variableValues: { set: 1 },
          });
          const { data, codes } = asked(result);
          const expected = oracle(world, caller, operation, selected);
          refusals += Object.keys(expected.codes).length;
          const isWhole = 'WHOLE' in expected.codes;
          const seen = Object.entries(codes).map(([path, code]) => [
            path,
            String(code).startsWith('Cannot return null') ? 'NULL' : code,
          ]);
          const answered = isWhole ? { WHOLE: seen[0]?.[1] } : Object.fromEntries(seen);
          expect({ data, codes: withoutGone(data, answered) }).toEqual({
            data: expected.data,
            codes: withoutGone(expected.data, expected.codes),
          });
        }
      }
    }),
    { numRuns: 200 },
  );
  expect(refusals).toBeGreaterThan(200);
}, 120_000);
