import SchemaBuilder from '@pothos/core';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { runnerOf } from '../documents.ts';
import { account, accountFields, documentFields, itemFields, mayRead, meets, meRule, rowsOf } from '../task.ts';

const expose = {
  ID: 'exposeID',
  String: 'exposeString',
  Boolean: 'exposeBoolean',
  Float: 'exposeFloat',
  Int: 'exposeInt',
};

const scopesOf = (/** @type {import('../task.ts').Rule | undefined} */ rule) =>
  rule === undefined ? {} : { authScopes: rule };

const exposed = (/** @type {readonly import('../task.ts').Field[]} */ fields) => (t) =>
  Object.fromEntries(
    fields.map(({ name, type, rule }) => [
      name,
      t[expose[type.replace('!', '')]](name, { nullable: !type.endsWith('!'), ...scopesOf(rule) }),
    ]),
  );

/** @type {import('../contestant.ts').CreateContestant} */
export const create = () => {
  const builder = new SchemaBuilder({
    plugins: [ScopeAuthPlugin],
    scopeAuth: {
      authScopes: ({ caller }) => ({
        signedIn: () => meets({ signedIn: true }, caller),
        role: (role) => meets({ role }, caller),
        scope: (scope) => meets({ scope }, caller),
      }),
    },
  });
  const Item = builder.objectRef('Item').implement({ fields: exposed(itemFields) });
  const Account = builder.objectRef('Account').implement({ fields: exposed(accountFields) });
  const Document = builder.objectRef('Document').implement({
    authScopes: (row, { caller }) => mayRead(row, caller),
    fields: exposed(documentFields),
  });
  const list = (t, type) =>
    t.field({
      type: [type],
      nullable: { list: false, items: true },
      args: { first: t.arg.int({ required: true }) },
      resolve: (_, { first }) => rowsOf(first),
    });
  builder.queryType({
    fields: (t) => ({
      items: list(t, Item),
      documents: list(t, Document),
      me: t.field({ type: Account, nullable: true, ...scopesOf(meRule), resolve: () => account }),
    }),
  });
  return { refusals: { fields: 'value', rows: 'row' }, run: runnerOf(builder.toSchema()) };
};
