import { defaultFieldResolver, GraphQLError } from 'graphql';
import type { GraphQLFieldConfig, GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { getDirective, makeExecutableSchema, MapperKind, mapSchema } from '../../support/graphql-tools.ts';
import { mayRead, resolvers, typeDefs } from '../task.ts';
import type { Caller, Row, Rule } from '../task.ts';

interface Context {
  readonly caller: Caller;
}
interface Arguments {
  readonly role?: string;
  readonly scope?: string;
}
export type Resolver = GraphQLFieldResolver<Row, Context>;
/** Puts a check before a resolver. */
export type Wrap = (check: (row: Row, context: Context) => boolean, resolve: Resolver) => Resolver;

const directives = 'directive @auth(role: String, scope: String) on FIELD_DEFINITION\ndirective @can on OBJECT';

function directiveOf(rule: Rule): string {
  if ('role' in rule) return `@auth(role: "${rule.role}")`;
  return 'scope' in rule ? `@auth(scope: "${rule.scope}")` : '@auth';
}

/**
 * The recipe of the documentation of GraphQL Tools and Apollo Server: a transformer that wraps each field's resolver,
 * and each field of a type that bears a directive.
 */
export function mapSchemaRecipe(wrap: Wrap): GraphQLSchema {
  const schema = makeExecutableSchema({ typeDefs: typeDefs(directives, directiveOf, '@can'), resolvers });
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (config: GraphQLFieldConfig<Row, Context>, _name, typeName) => {
      const { resolve = defaultFieldResolver } = config;
      const type = schema.getType(typeName);
      const rule = getDirective(schema, config, 'auth')?.[0] as Arguments | undefined;
      if (rule !== undefined) {
        const check = checkOf(rule);
        return { ...config, resolve: wrap((_, { caller }) => check(caller), resolve) };
      }
      if (type === undefined || getDirective(schema, type, 'can') === undefined) return config;
      return { ...config, resolve: wrap((row, { caller }) => mayRead(row, caller), resolve) };
    },
  });
}

function checkOf({ role, scope }: Arguments): (caller: Caller) => boolean {
  if (role !== undefined) return ({ roles }) => roles.includes(role);
  return scope === undefined ? ({ id }) => id !== null : ({ scopes }) => scopes.includes(scope);
}

export const refuse = (): never => {
  throw new GraphQLError('Not authorized', { extensions: { code: 'FORBIDDEN' } });
};
