// The engine under GraphQL Yoga, subscriptions over SSE included. `npm run example examples/yoga/server.ts [port]`

import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLResolveInfo } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  accessDirectives,
  definePolicy,
  guardSchema,
  NoSuggestionsRule,
  subjectOf,
  type Principal,
} from 'sallyport/authorization';
import { createExecutor } from 'sallyport/execution';
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

const withoutSuggestions: Plugin = {
  onValidate: ({ addValidationRule }) => addValidationRule(NoSuggestionsRule),
};
const { execute } = createExecutor(schema);
const byPlans: Plugin = { onExecute: ({ setExecuteFn }) => setExecuteFn(execute) };
const yoga = createYoga({
  schema,
  context: ({ request }) => contextOf(request.headers.get('authorization')),
  plugins: [withoutSuggestions, byPlans],
});
const server = createServer((request, response) => void yoga(request, response)).listen(
  Number(process.argv[2] ?? 4002),
  '127.0.0.1',
  () => {
    const { port } = server.address() as AddressInfo;
    process.stdout.write(`http://127.0.0.1:${port}/graphql\n`);
  },
);
