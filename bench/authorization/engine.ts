import { makeExecutableSchema } from '@graphql-tools/schema';
import { executeSync, parse } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { accessDirectives, definePolicy, guardSchema } from '../../src/authorization/index.ts';
import type { Principal } from '../../src/authorization/index.ts';

/**
 * What the guard costs: 1,000 rows × 10 scalar fields, guarded against unguarded, in rounds that take turns. Prints the
 * ratio of the medians. `node bench/authorization/engine.ts`
 */

const ROWS = 1_000;
const ROUNDS = 400;
const WARM_UP = 60;

interface Row {
  readonly id: string;
  readonly author: string;
  readonly status: string;
}
const names = Array.from('abcdefghij');
const rows = Array.from({ length: ROWS }, (_, index) => ({
  id: String(index),
  author: index % 3 === 0 ? 'me' : 'them',
  status: index % 3 === 0 ? 'DRAFT' : 'PUBLISHED',
  ...Object.fromEntries(names.map((name) => [name, index])),
}));

const RULES = [
  '@auth',
  '@hasRole(roles: [A])',
  '@hasScope(scopes: "x:read")',
  '@hasRole(roles: [A, B])',
  '@auth',
  '@hasScope(scopes: [["x:read"], ["y:read"]])',
];
const sdlOf = (isGuarded: boolean, ofType: string) => `
  type Row ${ofType} { ${names.map((name, index) => `${name}: Int ${(isGuarded && RULES[index]) || ''}`).join(' ')} }
  type Query { rows: [Row!]! @public }`;

const principal: Principal = { kind: 'user', id: 'me', roles: ['A'], scopes: ['x'] };
const policy = definePolicy<Row>('Row', ({ anyOf, is, owner, role }) => ({
  read: anyOf(is({ status: 'PUBLISHED' }), owner('author'), role('B')),
}));

const bare = (isGuarded: boolean, ofType = '') =>
  makeExecutableSchema({
    typeDefs: [accessDirectives, sdlOf(isGuarded, ofType)],
    resolvers: { Query: { rows: () => rows } },
  });
const guarded = (ofType: string) =>
  guardSchema(bare(true, ofType), {
    principal: () => principal,
    roles: { A: {}, B: { scopes: ['x:read', 'y:read'] } },
    policies: [policy],
  });

const document = parse(`{ rows { ${names.join(' ')} } }`);

function run(schema: GraphQLSchema): void {
  const { data, errors } = executeSync({ schema, document, contextValue: {} });
  const answered = data?.['rows'];
  if (errors !== undefined || !Array.isArray(answered) || answered.length !== ROWS)
    throw new Error('A contestant answered wrongly.');
}

function timeOf(schema: GraphQLSchema): number {
  const start = process.hrtime.bigint();
  run(schema);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const contestants: ReadonlyArray<readonly [name: string, schema: GraphQLSchema]> = [
  ['unguarded', bare(false)],
  ['unguarded, once more', bare(false)],
  ['six fields guarded', guarded('')],
  ['and a policy on each row', guarded('@can(action: "read")')],
];
const times = contestants.map((): number[] => []);
for (let round = -WARM_UP; round < ROUNDS; round += 1) {
  for (let turn = 0; turn < contestants.length; turn += 1) {
    const index = (turn + round + WARM_UP) % contestants.length;
    const contestant = contestants[index];
    const time = contestant === undefined ? Number.NaN : timeOf(contestant[1]);
    if (round >= 0) times[index]?.push(time);
  }
}

const [base = []] = times;
contestants.forEach(([name], index) => {
  const measured = times[index] ?? [];
  // Each run against the unguarded one of its own round: what disturbs the machine disturbs both.
  const ratio = median(measured.map((time, round) => time / (base[round] ?? Number.NaN)));
  process.stdout.write(`${name.padEnd(26)} ${median(measured).toFixed(3)} ms  ×${ratio.toFixed(3)}\n`);
});
