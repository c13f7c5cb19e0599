import { envelop, useEngine, useSchema } from '@envelop/core';
import { useGenericAuth } from '@envelop/generic-auth';
import { makeExecutableSchema } from '../../support/graphql-tools.ts';
import { execute, parse, specifiedRules, subscribe, validate } from 'graphql';
import { documents } from '../documents.ts';
import { resolvers, typeDefs } from '../task.ts';

const directives = `
directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE
directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE
directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE
`;

function directiveOf(/** @type {import('../task.ts').Rule} */ rule) {
  if ('role' in rule) return `@policy(policies: [["${rule.role}"]])`;
  return 'scope' in rule ? `@requiresScopes(scopes: [["${rule.scope}"]])` : '@authenticated';
}

/** It visits the document before execution and takes out what is refused; it knows no rules on rows. */
/** @type {import('../contestant.ts').CreateContestant} */
export const create = () => {
  const getEnveloped = envelop({
    plugins: [
      useEngine({ parse, validate, specifiedRules, execute, subscribe }),
      useSchema(makeExecutableSchema({ typeDefs: typeDefs(directives, directiveOf), resolvers })),
      useGenericAuth({
        mode: 'protect-granular',
        rejectUnauthenticated: false,
        resolveUserFn: ({ caller }) => (caller.id === null ? null : caller),
        extractScopes: (user) => user?.scopes ?? [],
        extractPolicies: (user) => user.roles,
      }),
    ],
  });
  return {
    refusals: { fields: 'selection', rows: 'none' },
    async run(caseName, caller) {
      const enveloped = getEnveloped({ caller });
      const contextValue = await enveloped.contextFactory();
      return enveloped.execute({ schema: enveloped.schema, document: documents[caseName], contextValue });
    },
  };
};
