// The engine without a server. `npm run example examples/plain/server.ts`, then a JSON of id, token and query in each line

import { makeExecutableSchema } from '@graphql-tools/schema';
import { getOperationAST, OperationTypeNode, parse, specifiedRules, subscribe, validate } from 'graphql';
import type { ExecutionResult, GraphQLResolveInfo } from 'graphql';
import { createInterface } from 'node:readline';
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

const { execute } = createExecutor(schema);

async function answer(line: string): Promise<void> {
  const { id, token, query } = JSON.parse(line) as { id?: number; token?: string; query: string };
  const print = (result: ExecutionResult) => void process.stdout.write(`${JSON.stringify({ id, ...result })}\n`);
  const document = parse(query);
  const errors = validate(schema, document, [...specifiedRules, NoSuggestionsRule]);
  if (errors.length > 0) return print({ errors });

  const isSubscription = getOperationAST(document)?.operation === OperationTypeNode.SUBSCRIPTION;
  const answers = await (isSubscription ? subscribe : execute)({ schema, document, contextValue: contextOf(token) });
  if (!(Symbol.asyncIterator in answers)) return print(answers);
  for await (const event of answers) print(event);
}

createInterface({ input: process.stdin }).on('line', (line) => {
  answer(line).catch((error: unknown) => void process.stdout.write(`${JSON.stringify({ errors: [error] })}\n`));
});
