import { getDirective } from '@graphql-tools/utils';
import type { GraphQLSchema } from 'graphql';
import { accessMatrix } from '../authorization/index.ts';
import type { Config } from '../config/config.ts';
import { readDatabaseUrl } from '../config/database-url.ts';
import { urlOf } from '../config/parse-http.ts';
import { demoAccounts, demoPassword } from './demo.ts';

export interface WelcomeDeps {
  readonly config: Config;
  readonly port: number;
  readonly schema: GraphQLSchema;
  /** True if a person sits at the terminal, who is told the keys. */
  readonly hasKeys: boolean;
}

/** Returns where a person on this machine opens the console and the explorer. */
export function consoleUrls({ host }: Config['http'], port: number): { consoleUrl: string; explorerUrl: string } {
  const url = urlOf(host, port);
  return { consoleUrl: `${url}/console`, explorerUrl: `${url}/explorer` };
}

/**
 * Returns the text that a start prints: where to go, where the data is, how the schema is guarded, and something to
 * try.
 */
export function welcome({ config, port, schema, hasKeys }: WelcomeDeps): string {
  const graphql = `${urlOf(config.http.host, port)}/graphql`;
  const { consoleUrl, explorerUrl } = consoleUrls(config.http, port);
  const lines = [
    `Sallyport answers at ${graphql}${config.production ? '' : ' (Apollo Sandbox in a browser)'}`,
    ...(config.console ? [`  console   ${consoleUrl}`, `  explorer  ${explorerUrl}`] : []),
    `  data      ${placeOf(config.database)}`,
    `  access    ${countAccess(schema)}`,
    ...(config.demo
      ? [
          `  accounts  ${demoAccounts.map(({ email }) => email.replace('demo.sallyport.test', '')).join(' ')}demo.sallyport.test, password ${demoPassword}`,
        ]
      : []),
    `  try       curl -s ${graphql} -H 'content-type: application/json' -d '{"query":"{ articles { nodes { title author { displayName } } } }"}'`,
    ...(hasKeys ? ['  keys      o opens the console, e the explorer, q stops'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function placeOf(database: Config['database']): string {
  if (database.kind === 'embedded') return `embedded PostgreSQL in ${database.folder}`;
  if (database.kind === 'memory') return 'embedded PostgreSQL in memory, gone at exit';
  const { host, port, database: name } = readDatabaseUrl(database.url);
  return `PostgreSQL at ${host}:${port}${name === undefined ? '' : `/${name}`}`;
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
