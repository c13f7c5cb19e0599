import { makeExecutableSchema } from '@graphql-tools/schema';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse, validate } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { accessDirectives, definePolicy, guardSchema, userIdOf } from '../../src/authorization/index.ts';
import type { Principal } from '../../src/authorization/index.ts';
import { oracle } from './fuzz-oracle.ts';
import { callers, documentOf, drawSelection, sdlOf, sharesOf, TYPES, valueOf, worlds } from './fuzz-world.ts';
import type { Caller, FieldWorld, World, WorldRow } from './fuzz-world.ts';
import { asked, executeBy } from './support.ts';

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

const policies = TYPES.map((type) =>
  definePolicy<WorldRow>(type, ({ allOf, anyOf, is, role, some }) => ({
    read: anyOf(
      is({ isOpen: true }),
      role('B'),
      some(
        'shares',
        allOf(
          is((principal) => ({ user: userIdOf(principal) })),
          is({ level: { $gte: 1 } }),
        ),
      ),
    ),
    match: anyOf(
      is((_, args) => ({ level: args['x'] as number })),
      role('A'),
    ),
    edit: anyOf(
      is(() => ({ isMine: true })),
      role('A'),
    ),
  })),
);
const roles = { A: {}, B: {}, C: {}, ABOVE: { includes: ['A', 'C'] } };
const scopes = ['x:read', 'x:write', 'y:read', 'z:read'];
const principalOf = ({ kind, roles: held, scopes: granted, networks }: Caller): Principal =>
  kind === 'anonymous' ? { kind, networks } : { kind, id: 'u', roles: held, scopes: granted, networks };

const dice = fc.infiniteStream(fc.nat());

test('the engine answers as the oracle does', async () => {
  let refusals = 0;
  await fc.assert(
    fc.asyncProperty(worlds, fc.array(callers, { minLength: 1, maxLength: 3 }), dice, async (world, people, stream) => {
      const schema = guardSchema(schemaOf(world), {
        principal: (contextValue: Principal) => contextValue,
        typeResolver: (row) => (row as WorldRow).kind,
        roles,
        rules: { holdsC: (principal) => principal.kind === 'user' && principal.roles.includes('C') },
        scopes,
        policies,
        relations: (_, property) => (property === 'shares' ? { type: undefined, isMany: true } : undefined),
        loadMany: async (_, id) => [...sharesOf(Number(id))],
      });
      const roll = (sides: number): number => (stream.next().value ?? 0) % sides;
      for (const operation of ['query', 'mutation', 'query'] as const) {
        const selected = drawSelection(world, operation === 'query' ? 'Query' : 'Mutation', roll);
        const document = parse(documentOf(operation, selected));
        if (validate(schema, document).length > 0) continue;
        for (const caller of people) {
          const result = await executeBy({
            schema,
            document,
            contextValue: principalOf(caller),
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
          expect({ data, codes: isWhole ? { WHOLE: seen[0]?.[1] } : Object.fromEntries(seen) }).toEqual(expected);
        }
      }
    }),
    { numRuns: 200 },
  );
  expect(refusals).toBeGreaterThan(200);
}, 120_000);
