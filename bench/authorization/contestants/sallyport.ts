import type { GraphQLSchema } from 'graphql';
import { accessDirectives, definePolicy, guardSchema } from '../../../src/authorization/index.ts';
import type { Principal } from '../../../src/authorization/index.ts';
import { makeExecutableSchema } from '../../support/graphql-tools.ts';
import type { CreateContestant } from '../contestant.ts';
import { runnerOf } from '../documents.ts';
import { resolvers, typeDefs } from '../task.ts';
import type { Caller, Rule } from '../task.ts';

const documentPolicy = definePolicy('Document', ({ anyOf, is, owner }) => ({
  read: anyOf(is({ status: 'PUBLISHED' }), owner('author')),
}));

function directiveOf(rule: Rule): string {
  if ('role' in rule) return `@hasRole(roles: ["${rule.role}"])`;
  return 'scope' in rule ? `@hasScope(scopes: [["${rule.scope}"]])` : '@auth';
}

const principalOf = ({ id, roles, scopes }: Caller): Principal =>
  id === null ? { kind: 'anonymous' } : { kind: 'user', id, roles, scopes };

export function guardedSchema(): GraphQLSchema {
  const sdl = typeDefs(accessDirectives, directiveOf, '@can(action: "read")', '@public');
  return guardSchema<{ caller: Caller }>(makeExecutableSchema({ typeDefs: sdl, resolvers }), {
    principal: ({ caller }) => principalOf(caller),
    roles: { EDITOR: { scopes: [] } },
    scopes: ['items:internal'],
    policies: [documentPolicy],
  });
}

export const refusals = { fields: 'value', rows: 'row' } as const;

export const create: CreateContestant = () => ({ refusals, run: runnerOf(guardedSchema()) });
