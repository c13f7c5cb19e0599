import { UnderscoreNamingStrategy } from '@mikro-orm/core';
import { type FeatureToWrite, importLines, referencesOf } from './feature-to-write.ts';
import type { Field } from './fields.ts';
import { kinds } from './kinds.ts';
import { template } from './template.ts';

const naming = new UnderscoreNamingStrategy();

/** `migrations/Migration<time>_notes.ts`: what the schema diff finds missing in the database. */
export function migrationOf(feature: FeatureToWrite, className: string): string {
  const { names, fields, isOwned, targets } = feature;
  const { table } = names;
  const columns = [
    '"id" uuid not null',
    '"created_at" timestamptz(3) not null',
    '"updated_at" timestamptz(3) not null',
    ...fields.map((field) => `"${columnOf(field)}" ${typeOf(field)} ${field.isOptional ? 'null' : 'not null'}`),
    ...(isOwned ? ['"owner_id" uuid not null'] : []),
    '"version" int not null default 1',
    'primary key ("id")',
  ];
  const statements = [
    `create table "${table}" (${columns.join(', ')});`,
    ...(isOwned ? [index(table, ['owner_id', 'id'])] : []),
    ...referencesOf(feature).map((field) => index(table, [columnOf(field)])),
    ...(isOwned ? [foreignKey(table, 'owner_id', 'users')] : []),
    ...referencesOf(feature).map((field) => foreignKey(table, columnOf(field), targets[field.target]?.table ?? '')),
  ];
  return template`
${importLines([[['Migration'], '@mikro-orm/migrations']])}

export class ${className} extends Migration {
  override name = '${className}';

  override up(): void | Promise<void> {
    ${statements.map((sql) => `this.addSql(\`${sql}\`);`).join('\n')}
  }

  override down(): void | Promise<void> {
    this.addSql(\`drop table if exists "${table}" cascade;\`);
  }
}
`;
}

const columnOf = ({ name, kind }: Field): string =>
  kind === 'reference' ? naming.joinKeyColumnName(name, 'id') : naming.propertyToColumnName(name);

const typeOf = (field: Field): string => (field.kind === 'reference' ? 'uuid' : kinds[field.kind].column(field));

const index = (table: string, columns: string[]): string =>
  `create index "${naming.indexName(table, columns, 'index')}" on "${table}" (${columns.map((column) => `"${column}"`).join(', ')});`;

const foreignKey = (table: string, column: string, target: string): string =>
  `alter table "${table}" add constraint "${naming.indexName(table, [column], 'foreign')}" foreign key ("${column}") references "${target}" ("id") on delete cascade;`;
