import { postExecRule, preExecRule, wrapExecuteFn } from '@graphql-authz/core';
import { makeExecutableSchema } from '../../support/graphql-tools.ts';
import { execute } from 'graphql';
import { documents } from '../documents.ts';
import { accountFields, itemFields, mayRead, meets, meRule, resolvers, typeDefs } from '../task.ts';

const nameOf = (/** @type {import('../task.ts').Rule} */ rule) => JSON.stringify(rule).replaceAll(/[^A-Za-z]+/g, '_');

const fieldRules = (/** @type {readonly import('../task.ts').Field[]} */ fields) =>
  Object.fromEntries(
    fields.flatMap(({ name, rule }) => (rule === undefined ? [] : [[name, { __authz: { rules: [nameOf(rule)] } }]])),
  );

const staticRules = [...itemFields, ...accountFields].flatMap(({ rule }) => (rule === undefined ? [] : [rule]));

/** A refusal refuses the whole operation. The rule on rows runs over the result, and asks for what it reads. */
/** @type {import('../contestant.ts').CreateContestant} */
export const create = () => {
  const rules = {
    ...Object.fromEntries(
      staticRules.map((rule) => [nameOf(rule), preExecRule()(({ caller }) => meets(rule, caller))]),
    ),
    Readable: postExecRule({ selectionSet: '{ status author }' })(({ caller }, _, row) => mayRead(row, caller)),
  };
  const authSchema = {
    Query: { me: { __authz: { rules: [nameOf(meRule)] } } },
    Item: fieldRules(itemFields),
    Account: fieldRules(accountFields),
    Document: { __authz: { rules: ['Readable'] } },
  };
  const schema = makeExecutableSchema({
    typeDefs: [typeDefs(''), 'extend type Document { status: String author: String }'],
    resolvers,
  });
  const guarded = wrapExecuteFn(execute, { rules, authSchema });
  return {
    refusals: { fields: 'operation', rows: 'operation' },
    run: (caseName, caller) =>
      guarded({ schema, document: documents[caseName], contextValue: { caller } }).catch((error) => ({
        data: null,
        errors: [error],
      })),
  };
};
