import { makeExecutableSchema } from '../../support/graphql-tools.ts';
import { createRequire } from 'node:module';
import util from 'node:util';
import { runnerOf } from '../documents.ts';
import { accountFields, itemFields, mayRead, meets, meRule, resolvers, typeDefs } from '../task.ts';

// Node 23 took `util.isUndefined` away. shield 7.6.5 imports it, so its ESM build no longer loads; its CommonJS build
// does, and works once the function is back.
util.isUndefined ??= (value) => value === undefined;
const require = createRequire(import.meta.url);
const { applyMiddleware } = require('graphql-middleware');
const { rule, shield } = require('graphql-shield');

/** A rule is decided once for each request where the cache allows it: shield's fastest setting. */
const rules = new Map();
function ruleFor(/** @type {import('../task.ts').Rule} */ wanted) {
  const name = JSON.stringify(wanted);
  const known = rules.get(name) ?? rule(name, { cache: 'contextual' })((_, __, { caller }) => meets(wanted, caller));
  rules.set(name, known);
  return known;
}

const rulesOf = (/** @type {readonly import('../task.ts').Field[]} */ fields) =>
  Object.fromEntries(
    fields.flatMap(({ name, rule: wanted }) => (wanted === undefined ? [] : [[name, ruleFor(wanted)]])),
  );

/** @type {import('../contestant.ts').CreateContestant} */
export const create = () => {
  const readable = rule('readable', { cache: 'no_cache' })((row, _, { caller }) => mayRead(row, caller));
  const permissions = shield({
    Query: { me: ruleFor(meRule) },
    Item: rulesOf(itemFields),
    Account: rulesOf(accountFields),
    Document: readable,
  });
  const schema = makeExecutableSchema({ typeDefs: typeDefs(''), resolvers });
  return { refusals: { fields: 'value', rows: 'row' }, run: runnerOf(applyMiddleware(schema, permissions)) };
};
