// The engine under Apollo Server. `npm run example examples/apollo/server.ts [port]`

import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLResolveInfo } from 'graphql';
import {
  accessDirectives,
  definePolicy,
  guardSchema,
  NoSuggestionsRule,
  subjectOf,
  type Principal,
} from 'sallyport/authorization';
import { apolloGateway } from 'sallyport/execution';

interface Note {
  readonly id: string;
  readonly title: string;
  readonly author: string;
  readonly status: 'DRAFT' | 'PUBLISHED';
  readonly remarks: string;
}

const notes = new Map<string, Note>([
  ['1', { id: '1', title: 'Tides', author: 'ann', status: 'PUBLISHED', remarks: 'Check the figures.' }],
  ['2', { id: '2', title: 'Moons', author: 'ann', status: 'DRAFT', remarks: 'Too long.' }],
]);

const notePolicy = definePolicy<Note>('Note', ({ anyOf, is, owner, role }) => ({
  read: anyOf(is({ status: 'PUBLISHED' }), owner('author'), role('EDITOR')),
  rename: owner('author'),
}));

const typeDefs = /* GraphQL */ `
  type Query {
    notes: [Note!]! @public
    note(id: ID!): Note @can(action: "read")
  }
  type Mutation {
    renameNote(id: ID!, title: String!): Note @can(action: "rename")
  }
  type Note @can(action: "read") {
    id: ID!
    title: String!
    remarks: String @hasRole(roles: ["EDITOR"])
  }
`;

interface Context {
  readonly principal: Principal;
}

function renameNote(_source: unknown, { title }: { title: string }, _context: Context, info: GraphQLResolveInfo) {
  const renamed = { ...subjectOf<Note>(info), title };
  notes.set(renamed.id, renamed);
  return renamed;
}

const resolvers = {
  Query: {
    notes: () => [...notes.values()],
    // What `@can` has loaded and judged, `subjectOf` hands on.
    note: (_source: unknown, _args: unknown, _context: Context, info: GraphQLResolveInfo) => subjectOf<Note>(info),
  },
  Mutation: { renameNote },
};

const people = new Map<string, Principal>([
  ['Bearer ann', { kind: 'user', id: 'ann', roles: [], scopes: [] }],
  ['Bearer ben', { kind: 'user', id: 'ben', roles: [], scopes: [] }],
  ['Bearer eve', { kind: 'user', id: 'eve', roles: ['EDITOR'], scopes: [] }],
]);

/** Your own sign-in goes here. */
const contextOf = (authorization: string | null | undefined): Context => ({
  principal: people.get(authorization ?? '') ?? { kind: 'anonymous' },
});

const schema = guardSchema<Context>(makeExecutableSchema({ typeDefs: [accessDirectives, typeDefs], resolvers }), {
  principal: (context) => context.principal,
  roles: { EDITOR: {} },
  policies: [notePolicy],
  load: async (_type, id) => notes.get(id) ?? null,
});

const server = new ApolloServer<Context>({
  // Instead of `schema`: operations are executed by plans.
  gateway: apolloGateway(schema),
  // Who may see what of the schema is the engine's to decide, here and in suggestions.
  introspection: true,
  validationRules: [NoSuggestionsRule],
});
const { url } = await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: Number(process.argv[2] ?? 4001) },
  context: async ({ req }) => contextOf(req.headers.authorization),
});
process.stdout.write(`${url}\n`);
