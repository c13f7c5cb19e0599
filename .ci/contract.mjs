// Prints each breach of a contract by the SDL in schema/: `node .ci/contract.mjs .ci/contract.graphql`.
import { globSync, readFileSync } from 'node:fs';
import { argv, stdout } from 'node:process';
import { buildSchema, findBreakingChanges } from 'graphql';

const read = (files) => buildSchema(files.map((file) => readFileSync(file, 'utf8')).join('\n'));

const contract = read(argv.slice(2));
const project = read(globSync('schema/**/*.graphql').toSorted());
for (const { type, description } of findBreakingChanges(contract, project)) stdout.write(`${type}: ${description}\n`);
