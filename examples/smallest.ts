import { makeExecutableSchema } from '@graphql-tools/schema';
import { accessDirectives, guardSchema } from 'sallyport/authorization';

const typeDefs = 'type Query { time: String! @public  secret: String @hasRole(roles: ["KEEPER"]) }';
const resolvers = { Query: { time: () => new Date().toISOString(), secret: () => 'under the mat' } };

export const schema = guardSchema(makeExecutableSchema({ typeDefs: [accessDirectives, typeDefs], resolvers }), {
  principal: (context: { user?: { id: string; roles: string[] } }) =>
    context.user ? { kind: 'user', scopes: [], ...context.user } : { kind: 'anonymous' },
  roles: { KEEPER: { scopes: ['secrets:read'] } },
});
