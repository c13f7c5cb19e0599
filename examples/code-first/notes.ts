// What the three schemas by code have in common: notes, who may do what with them, and a host that speaks by lines.

import { execute, parse, specifiedRules, validate, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';
import { createInterface } from 'node:readline';
import { definePolicy, guardSchema, NoSuggestionsRule, subjectOf, type Principal } from 'sallyport/authorization';

export interface Note {
  readonly id: string;
  readonly title: string;
  readonly author: string;
  readonly status: 'DRAFT' | 'PUBLISHED';
  readonly remarks: string;
}

export interface Context {
  readonly principal: Principal;
}

const kept = new Map<string, Note>([
  ['1', { id: '1', title: 'Tides', author: 'ann', status: 'PUBLISHED', remarks: 'Check the figures.' }],
  ['2', { id: '2', title: 'Moons', author: 'ann', status: 'DRAFT', remarks: 'Too long.' }],
]);

export const notes = (): Note[] => [...kept.values()];

/** Returns the note that `can` has loaded and judged. */
export const note = (info: GraphQLResolveInfo): Note => subjectOf<Note>(info);

/** Renames the note that `can` has loaded and judged. */
export function rename(title: string, info: GraphQLResolveInfo): Note {
  const renamed = { ...note(info), title };
  kept.set(renamed.id, renamed);
  return renamed;
}

const notePolicy = definePolicy<Note>('Note', ({ anyOf, is, owner, role }) => ({
  read: anyOf(is({ status: 'PUBLISHED' }), owner('author'), role('EDITOR')),
  rename: owner('author'),
}));

const people = new Map<string, Principal>([
  ['Bearer ann', { kind: 'user', id: 'ann', roles: [], scopes: [] }],
  ['Bearer ben', { kind: 'user', id: 'ben', roles: [], scopes: [] }],
  ['Bearer eve', { kind: 'user', id: 'eve', roles: ['EDITOR'], scopes: [] }],
]);

/** Guards a schema and answers requests from the standard input: `{ "id": 1, "token": "Bearer ann", "query": "…" }`. */
export function serveLines(schema: GraphQLSchema): void {
  const guarded = guardSchema<Context>(schema, {
    principal: (context) => context.principal,
    roles: { EDITOR: {} },
    policies: [notePolicy],
    load: async (_type, id) => kept.get(id) ?? null,
  });
  createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, token, query } = JSON.parse(line) as { id: number; token?: string; query: string };
    const document = parse(query);
    const errors = validate(guarded, document, [...specifiedRules, NoSuggestionsRule]);
    const contextValue: Context = { principal: people.get(token ?? '') ?? { kind: 'anonymous' } };
    void Promise.resolve(errors.length > 0 ? { errors } : execute({ schema: guarded, document, contextValue })).then(
      (result) => process.stdout.write(`${JSON.stringify({ id, ...result })}\n`),
    );
  });
}
