// The engine under Mercurius, subscriptions over WebSocket included. `npm run example examples/mercurius/server.ts [port [jit]]`

import { makeExecutableSchema } from '@graphql-tools/schema';
import { fastify } from 'fastify';
import type { GraphQLResolveInfo } from 'graphql';
import { mercurius } from 'mercurius';
import {
  accessDirectives,
  definePolicy,
  guardSchema,
  NoSuggestionsRule,
  subjectOf,
  type Principal,
} from 'sallyport/authorization';
import { EventEmitter, on } from 'node:events';

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
  type Subscription {
    noteRenamed: Note @auth
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

const events = new EventEmitter();

function renameNote(_source: unknown, { title }: { title: string }, _context: Context, info: GraphQLResolveInfo) {
  const renamed = { ...subjectOf<Note>(info), title };
  notes.set(renamed.id, renamed);
  events.emit('renamed', renamed);
  return renamed;
}

const resolvers = {
  Query: {
    notes: () => [...notes.values()],
    // What `@can` has loaded and judged, `subjectOf` hands on.
    note: (_source: unknown, _args: unknown, _context: Context, info: GraphQLResolveInfo) => subjectOf<Note>(info),
  },
  Mutation: { renameNote },
  Subscription: {
    noteRenamed: { subscribe: () => on(events, 'renamed'), resolve: ([renamed]: readonly [Note]) => renamed },
  },
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

const app = fastify();
await app.register(mercurius, {
  schema,
  context: (request) => contextOf(request.headers.authorization),
  // The headers of the upgrade say who asks. What a client claims in `connection_init` is not looked at.
  subscription: { context: (_connection, request) => contextOf(request.headers.authorization) },
  validationRules: [NoSuggestionsRule],
  // Compiled operations are refused and answered alike, but for input fields that have a guard and a default: graphql-jit
  // writes defaults into its code as JSON, which undoes the mark that tells them from what a caller supplies. A
  // caller who leaves such a field out is refused, or the resolver finds `{}` in it. Keep compiling off if there are any.
  jit: Number(process.argv[3] ?? 0),
});
const url = await app.listen({ host: '127.0.0.1', port: Number(process.argv[2] ?? 4003) });
process.stdout.write(`${url}/graphql\n`);
