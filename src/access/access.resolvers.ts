import type { GraphQLSchema } from 'graphql';
import { accessMatrix } from '../authorization/index.ts';
import type { Resolvers } from '../generated/resolvers.ts';
import type { RightsOf } from '../request.ts';
import { pretend, simulate } from './simulate.ts';

export interface AccessResolversDeps {
  readonly rightsOf: RightsOf;
  /** The guarded schema, which is made of these resolvers, too: asked for when it is there. */
  readonly schema: () => GraphQLSchema;
}

export const createAccessResolvers = ({ rightsOf, schema }: AccessResolversDeps): Resolvers => ({
  Query: {
    accessMatrix: () => accessMatrix(schema()),
    simulateAccess: async (_, { input }, { em }) => simulate(schema(), await pretend(em, rightsOf, input), input),
  },
});
