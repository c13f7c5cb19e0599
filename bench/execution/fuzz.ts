/**
 * Compares plans with graphql-js on random schemas, documents and data.
 * `node bench/execution/fuzz.ts [--cases=1000000] [--seed=1] [--alone]`; alone, plans run without graphql-js beside
 * them, which leaves rejections unhandled where a list fails whose items are still awaited.
 */
import { parseArgs } from 'node:util';
import { compareMany, noCases } from '../../test/execution/fuzz/compare.ts';
import { print } from '../support/print.ts';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    alone: { type: 'boolean', default: false },
  },
});

if (!values.alone) process.on('unhandledRejection', () => undefined);
const tally = noCases();
const difference = await compareMany(Number(values.cases), Number(values.seed), tally, values.alone);
print(JSON.stringify(tally));
if (difference !== undefined) {
  const { seed, document, expected, found } = difference;
  print(`--seed=${seed}\n${document}\nexpected ${expected}\nfound ${found}`);
  process.exitCode = 1;
}
