import fastify from 'fastify';
import mercurius from 'mercurius';
import mercuriusAuth from 'mercurius-auth';
import { cases, mayRead, meets, resolvers, typeDefs } from '../task.ts';

const directive = 'directive @guard(role: String, scope: String, policy: String) on FIELD_DEFINITION | OBJECT';

function directiveOf(/** @type {import('../task.ts').Rule} */ rule) {
  if ('role' in rule) return `@guard(role: "${rule.role}")`;
  return 'scope' in rule ? `@guard(scope: "${rule.scope}")` : '@guard';
}

/** Reads the directive as it stands in the SDL, once. */
const rules = new WeakMap();
function ruleOf(node) {
  const known = rules.get(node);
  if (known !== undefined) return known;
  const [argument] = node.arguments;
  const rule = argument === undefined ? { signedIn: true } : { [argument.name.value]: argument.value.value };
  rules.set(node, rule);
  return rule;
}

const applyPolicy = async (node, row, _, { caller }) => {
  const rule = ruleOf(node);
  return 'policy' in rule ? mayRead(row, caller) : meets(rule, caller);
};

/** Mercurius parses and validates too; it keeps what it parsed, so that neither is measured after the first request. */
export async function createMercurius({ jit, guarded }) {
  const app = fastify();
  const sdl = guarded ? typeDefs(directive, directiveOf, '@guard(policy: "read")') : typeDefs('');
  await app.register(mercurius, { schema: sdl, resolvers, jit: jit ? 1 : 0 });
  if (guarded) await app.register(mercuriusAuth, { authDirective: 'guard', applyPolicy });
  await app.ready();
  return {
    refusals: guarded ? { fields: 'value', rows: 'row' } : { fields: 'none', rows: 'none' },
    run: (caseName, caller) => app.graphql(cases[caseName].query, { caller }),
    close: () => app.close(),
  };
}
