import { mapSchema, MapperKind } from '@graphql-tools/utils';
import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import type { RequestScope } from '../request.ts';

/**
 * Gives each root field of a mutation an empty unit of work: what a refused or failed one left behind is never
 * written by the next, and nothing that was read before a write is taken for what is there after it. GraphQL runs
 * these fields one after the other, with all that is selected below them (§6.2.2).
 */
export const withUnitsOfWork = (schema: GraphQLSchema): GraphQLSchema =>
  mapSchema(schema, {
    [MapperKind.MUTATION_ROOT_FIELD]: (field) => {
      const { resolve = defaultFieldResolver } = field;
      return {
        ...field,
        resolve(parent, args, scope: RequestScope, info) {
          scope.em = scope.em.fork({ clear: true });
          return resolve(parent, args, scope, info);
        },
      };
    },
  });
