import { describe, expect, test } from '@jest/globals';
import { makeExecutableSchema } from '@graphql-tools/schema';
import fc from 'fast-check';
import { execute, parse, validate } from 'graphql';
import type { ExecutionResult, GraphQLResolveInfo, GraphQLSchema } from 'graphql';
import { accessDirectives, guardSchema, principalOf, rebindPrincipal } from '../../src/authorization/index.ts';
import type { Principal } from '../../src/authorization/index.ts';
import { createExecutor } from '../../src/execution/index.ts';
import { accessOfWorld, principalOfCaller, roles } from '../authorization/fuzz-access.ts';
import { callers, documentOf, drawSelection, sdlOf, sharesOf, valueOf, worlds } from '../authorization/fuzz-world.ts';
import type { FieldWorld, World, WorldRow } from '../authorization/fuzz-world.ts';

type Properties = Record<string, unknown>;

/**
 * The rows of the engine's fuzz world, which here bear the values of their fields, as rows of a database do, and with whom they
 * are shared: graphql-js waits for no item of a list that failed, and a refusal that comes later would end the process.
 */
function withProperties(world: World, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => withProperties(world, item));
  if (typeof value !== 'object' || value === null) return value;
  const row: WorldRow & Properties = { ...(value as WorldRow), shares: sharesOf((value as WorldRow).id) };
  for (const field of fieldsOf(world, row.kind)) {
    Object.defineProperty(row, field.name, { get: () => withProperties(world, valueOf(world, row.id, field)) });
  }
  return row;
}

const fieldsOf = (world: World, kind: string): readonly FieldWorld[] =>
  world.types.find(({ name }) => name === kind)?.fields ?? [];

/** Some fields have resolvers, the others read properties. */
const hasResolver = ({ name }: FieldWorld, type: string): boolean =>
  (name.charCodeAt(0) + type.charCodeAt(1)) % 3 === 0;

function schemaOf(world: World, calls: string[]): GraphQLSchema {
  const resolverOf = (field: FieldWorld) => (row: WorldRow | undefined) => {
    calls.push(`${row?.id}.${field.name}`);
    return withProperties(world, valueOf(world, row?.id ?? 0, field));
  };
  const resolvers = (fields: readonly FieldWorld[]) =>
    Object.fromEntries(fields.map((field) => [field.name, resolverOf(field)]));
  const roots = resolvers(world.roots.map((field) => ({ ...field, shape: field.shape === 'T!' ? 'T' : field.shape })));
  const types = world.types.map(({ name, fields }) => [
    name,
    resolvers(fields.filter((field) => hasResolver(field, name))),
  ]);
  return makeExecutableSchema({
    typeDefs: [accessDirectives, sdlOf(world)],
    resolvers: { Query: roots, Mutation: roots, ...(Object.fromEntries(types) as Record<string, object>) },
  });
}

const textOf = ({ data, errors }: ExecutionResult, calls: readonly string[]): string =>
  JSON.stringify({ data, errors: errors?.map((error) => error.toJSON()), calls }, undefined, 1);

const dice = fc.infiniteStream(fc.nat());

describe('A guarded schema', () => {
  test.each(['partial', 'reject'] as const)('answers by plans as by graphql-js, in %s mode', async (mode) => {
    let refusals = 0;
    await fc.assert(
      fc.asyncProperty(
        worlds,
        fc.array(callers, { minLength: 2, maxLength: 3 }),
        dice,
        async (world, people, stream) => {
          const calls: string[] = [];
          const schema = guardSchema(schemaOf(world, calls), { ...accessOfWorld, mode });
          const planned = createExecutor(schema);
          const roll = (sides: number): number => (stream.next().value ?? 0) % sides;
          for (const operation of ['query', 'query', 'query', 'mutation'] as const) {
            const selected = drawSelection(world, operation === 'query' ? 'Query' : 'Mutation', roll);
            const document = parse(documentOf(operation, selected));
            if (validate(schema, document).length > 0) continue;
            for (const caller of [...people, ...people]) {
              const args = { schema, document, contextValue: principalOfCaller(caller), variableValues: { set: 1 } };
              const run = async (by: typeof execute): Promise<string> => {
                calls.length = 0;
                const answer = await by(args);
                refusals += answer.errors?.length ?? 0;
                return textOf(answer, calls);
              };
              const expected = await run(execute);
              expect(await run(planned.execute)).toBe(expected);
            }
          }
        },
      ),
      { numRuns: 80 },
    );
    expect(refusals).toBeGreaterThan(300);
  });
});

test('An execution that was answered without an error is known no more, with promises as without', async () => {
  const seen: GraphQLResolveInfo[] = [];
  const now = (_source: unknown, _args: unknown, _context: unknown, info: GraphQLResolveInfo): number =>
    seen.push(info);
  const later = async (...given: Parameters<typeof now>): Promise<number> => now(...given);
  const schema = guardSchema(
    makeExecutableSchema({
      typeDefs: [accessDirectives, 'type Query { now: Int @public later: Int @public }'],
      resolvers: { Query: { now, later } },
    }),
    { principal: () => ({ kind: 'anonymous' }), roles: {}, scopes: [], policies: [] },
  );
  const { execute: executePlan } = createExecutor(schema);
  // Beside each other: all but the latest stand in a weak map.
  const documents = ['{ now }', '{ now }', '{ later }', '{ later }', '{ later }'].map((text) => parse(text));
  await Promise.all(documents.map(async (document) => executePlan({ schema, document })));
  expect(seen).toHaveLength(documents.length);
  for (const info of seen) expect(() => principalOf(info)).toThrow('There is no guarded operation');
});

describe('Rights that change while a list is walked', () => {
  const sdl = `
    type Query { rows: [Row!]! @public }
    type Mutation { signIn: Session @public }
    type Session { rows: [Row!]! @public }
    type Row { secret: String @hasRole(roles: ["A"]) touch: String again: String @hasRole(roles: ["A"]) }`;
  const strong: Principal = { kind: 'user', id: 's', roles: ['A'], scopes: [] };
  const weak: Principal = { kind: 'user', id: 'w', roles: [], scopes: [] };
  const rows = () => ['0', '1', '2'].map((secret) => ({ secret, again: secret }));
  const schemaWith = (becomes: Principal) =>
    guardSchema(
      makeExecutableSchema({
        typeDefs: [accessDirectives, sdl],
        resolvers: {
          Query: { rows },
          Mutation: {
            signIn: (
              _source: unknown,
              _args: unknown,
              _context: unknown,
              info: Parameters<typeof rebindPrincipal>[0],
            ) => {
              rebindPrincipal(info, becomes);
              return {};
            },
          },
          Session: { rows },
          Row: {
            touch: (
              row: { secret: string },
              _args: unknown,
              _context: unknown,
              info: Parameters<typeof rebindPrincipal>[0],
            ) => {
              if (row.secret === '1') rebindPrincipal(info, becomes);
              return 'touched';
            },
          },
        },
      }),
      { principal: (contextValue: Principal) => contextValue, roles },
    );

  test.each([
    ['lost', strong, weak, ['0', '1', null], ['0', null, null]],
    ['won', weak, strong, [null, null, '2'], [null, '1', '2']],
  ] as const)('%s count from the next field on', async (_how, before, after, secrets, agains) => {
    const schema = schemaWith(after);
    const document = parse('{ rows { secret touch again } }');
    for (const by of [execute, createExecutor(schema).execute]) {
      for (let turn = 0; turn < 2; turn += 1) {
        const { data } = await by({ schema, document, contextValue: before });
        const found = data?.['rows'] as ReadonlyArray<{ secret: string | null; again: string | null }>;
        expect(found.map(({ secret }) => secret)).toEqual(secrets);
        expect(found.map(({ again }) => again)).toEqual(agains);
      }
    }
  });

  test('by a sign-in count below it, and are not remembered for the next request', async () => {
    const schema = schemaWith(strong);
    const { execute: planned } = createExecutor(schema);
    const signIn = parse('mutation { signIn { rows { secret } } }');
    const read = parse('{ rows { secret } }');
    for (let turn = 0; turn < 3; turn += 1) {
      const signedIn = await planned({ schema, document: signIn, contextValue: weak });
      expect(signedIn).toEqual(await execute({ schema, document: signIn, contextValue: weak }));
      expect(signedIn.errors).toBeUndefined();
      const refused = await planned({ schema, document: read, contextValue: weak });
      expect(refused.errors).toHaveLength(3);
      expect((await planned({ schema, document: read, contextValue: strong })).errors).toBeUndefined();
    }
  });
});

test('callers of the same document do not get the rights of one another, in whatever order they come', async () => {
  const schema = guardSchema(
    makeExecutableSchema({
      typeDefs: [
        accessDirectives,
        'type Query { rows: [Row!]! @public } type Row { secret: String @auth later: String }',
      ],
      resolvers: {
        Query: { rows: () => [{ secret: 'a' }, { secret: 'b' }, Promise.resolve({ secret: 'c' })] },
        Row: { later: async () => 'later' },
      },
    }),
    { principal: (contextValue: Principal) => contextValue, roles },
  );
  const { execute: planned } = createExecutor(schema);
  const document = parse('{ rows { later secret } }');
  const ask = async (contextValue: Principal) => {
    const { data } = await planned({ schema, document, contextValue });
    const rows = data?.['rows'] as Array<{ secret: string | null }>;
    return rows.map(({ secret }) => secret);
  };
  const user: Principal = { kind: 'user', id: 'u', roles: [], scopes: [] };
  const asked = Array.from({ length: 40 }, (_, at) => (at % 3 === 0 ? user : ({ kind: 'anonymous' } as const)));
  const answers = await Promise.all(asked.map(ask));
  for (const [at, secrets] of answers.entries()) {
    expect(secrets).toEqual(asked[at]?.kind === 'user' ? ['a', 'b', 'c'] : [null, null, null]);
  }
});
