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

function countAccess(schema: GraphQLSchema): string {
  const fields = accessMatrix(schema);
  const open = fields.filter(({ anonymous }) => anonymous === 'ALLOWED').length;
  return `${fields.length} fields: ${fields.length - open} guarded, ${open} public, 0 unguarded`;
}
