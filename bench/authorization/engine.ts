import { execFileSync } from 'node:child_process';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { executeSync, parse } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { accessDirectives, definePolicy, guardSchema } from '../../src/authorization/index.ts';
import type { Principal } from '../../src/authorization/index.ts';

/**
 * Measures what the guard costs: 1,000 rows × 10 scalar fields, guarded against unguarded. Contestants take turns run
 * by run, and each run is compared with the unguarded one beside it. What a process makes of the code differs from
 * process to process by several percent, so several of them are asked. `node bench/authorization/engine.ts`
 */

const ROWS = 1_000;
const PROCESSES = 7;
const ROUNDS = 300;
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
  ['six fields guarded', guarded('@public')],
  ['and a policy on each row', guarded('@can(action: "read")')],
];
/** The ratio of each contestant to the first, in this process. */
function measure(): number[] {
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
  return times.map((measured) => median(measured.map((time, round) => time / (base[round] ?? Number.NaN))));
}

function measureElsewhere(): number[] {
  const output = execFileSync(process.execPath, [import.meta.filename, 'once'], { encoding: 'utf8' });
  return output.trim().split(' ').map(Number);
}

if (process.argv[2] === 'once') {
  process.stdout.write(measure().join(' '));
} else {
  const processes = Array.from({ length: PROCESSES }, measureElsewhere);
  contestants.forEach(([name], index) => {
    const ratios = processes
      .map((ratiosThere) => ratiosThere[index] ?? Number.NaN)
      .toSorted((one, other) => one - other);
    const all = ratios.map((ratio) => ratio.toFixed(3)).join(' ');
    process.stdout.write(`${name.padEnd(26)} ×${median(ratios).toFixed(3)}   (${all})\n`);
  });
}
