import { mapSchema, MapperKind } from '@graphql-tools/utils';
import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import type { RequestContext } from '../request/context.ts';

/**
 * Gives each root field of a mutation an empty unit of work: the next field never writes what a refused or failed one
 * left behind, and no row that was read before a write is taken for the row after it. GraphQL runs these fields one
 * after the other, with everything selected below them (§6.2.2).
 */
export const withUnitsOfWork = (schema: GraphQLSchema): GraphQLSchema =>
  mapSchema(schema, {
    [MapperKind.MUTATION_ROOT_FIELD]: (field) => {
      const { resolve = defaultFieldResolver } = field;
      return {
        ...field,
        resolve(parent, args, context: RequestContext, info) {
          context.renewUnitOfWork();
          return resolve(parent, args, context, info);
        },
      };
    },
  });
