import { getDirective } from '@graphql-tools/utils';
import type { GraphQLSchema } from 'graphql';
import { accessMatrix } from './authorization/index.ts';
import type { Config } from './config.ts';
import { demoAccounts, demoPassword } from './demo.ts';

/** What a start prints: where to go, where the data is, how the schema is guarded, and something to try. */
export function welcome({ config, port, schema }: { config: Config; port: number; schema: GraphQLSchema }): string {
  const graphql = `http://localhost:${port}/graphql`;
  const lines = [
    `Sallyport answers at ${graphql}${config.production ? '' : ' (Apollo Sandbox in a browser)'}`,
    `  data      ${placeOf(config.database)}`,
    `  access    ${countAccess(schema)}`,
    ...(config.demo
      ? [
          `  accounts  ${demoAccounts.map(({ email }) => email.replace('demo.sallyport.test', '')).join(' ')}demo.sallyport.test, password ${demoPassword}`,
        ]
      : []),
    `  try       curl -s ${graphql} -H 'content-type: application/json' -d '{"query":"{ articles { nodes { title author { displayName } } } }"}'`,
  ];
  return `${lines.join('\n')}\n`;
}

function placeOf(database: Config['database']): string {
  if (database.kind === 'embedded') return `embedded PostgreSQL in ${database.folder}`;
  if (database.kind === 'memory') return 'embedded PostgreSQL in memory, gone at exit';
  const { hostname, pathname } = new URL(database.url);
  return `PostgreSQL at ${hostname}${pathname}`;
}

/** Silence does not build, so no root field is unguarded; a person who reads this sees that it was counted. */
function countAccess(schema: GraphQLSchema): string {
  const fields = accessMatrix(schema);
  const guarded = fields.filter(({ requirement }) => requirement !== 'public');
  const open = fields.filter(({ requirement }) => requirement === 'public');
  const silent = open.filter(({ coordinate }) => isSilentRoot(schema, coordinate));
  return `${fields.length} fields: ${guarded.length} guarded, ${open.length - silent.length} public, ${silent.length} unguarded`;
}

/** A root field that is open without saying so. */
function isSilentRoot(schema: GraphQLSchema, coordinate: string): boolean {
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const field = roots.find((root) => root?.name === typeName)?.getFields()[fieldName];
  return field !== undefined && getDirective(schema, field, 'public') === undefined;
}
