import { makeExecutableSchema } from '../../support/graphql-tools.ts';
import type { CreateContestant } from '../contestant.ts';
import { runnerOf } from '../documents.ts';
import { resolvers, typeDefs } from '../task.ts';

export const create: CreateContestant = () => ({
  refusals: { fields: 'none', rows: 'none' },
  run: runnerOf(makeExecutableSchema({ typeDefs: typeDefs(''), resolvers })),
});
