import { makeExecutableSchema } from '../../support/graphql-tools.ts';
import type { CreateContestant } from '../contestant.ts';
import { planRunnerOf } from '../documents.ts';
import { resolvers, typeDefs } from '../task.ts';

export const create: CreateContestant = () => ({
  refusals: { fields: 'none', rows: 'none' },
  run: planRunnerOf(makeExecutableSchema({ typeDefs: typeDefs(''), resolvers })),
});
