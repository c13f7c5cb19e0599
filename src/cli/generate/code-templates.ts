import {
  asksPolicies,
  type FeatureToWrite,
  importLines,
  loaderOf,
  readScope,
  referencesOf,
  targetsOf,
  writeScope,
} from './feature-to-write.ts';
import type { Field } from './fields.ts';
import { kinds } from './kinds.ts';
import { template } from './template.ts';

/** `src/notes/note.entity.ts` */
export function entityOf(feature: FeatureToWrite): string {
  const { names, fields, isOwned } = feature;
  const { type, table } = names;
  const enums = fields.filter(({ kind }) => kind === 'enum');
  const indexes = [
    ...(isOwned ? [`{ properties: ['owner', 'id'] }`] : []),
    ...referencesOf(feature).map(({ name }) => `{ properties: ['${name}'] }`),
  ];
  return template`
${importLines([
  [['defineEntity', 'p'], '@mikro-orm/core'],
  [['base'], '../database/base.entity.ts'],
  [['type RowOf'], '../database/rows/row.ts'],
  ...(isOwned ? ([[['User'], '../users/user.entity.ts']] as const) : []),
  ...targetImports(feature),
])}

${enums.map(({ enumType, values }) => `export type ${enumType} = ${values.map((value) => `'${value}'`).join(' | ')};\n`).join('')}
const ${type}Schema = defineEntity({
  name: '${type}',
  tableName: '${table}',
  ${indexes.length > 0 ? `indexes: [${indexes.join(', ')}],` : ''}
  properties: {
    ...base,
    updatedAt: p.datetime(3),
    ${fields.map((field) => `${field.name}: ${propertyOf(field)},`).join('\n')}
    ${isOwned ? `owner: () => p.manyToOne(User).deleteRule('cascade'),` : ''}
    version: p.integer().version(),
  },
});

export class ${type} extends ${type}Schema.class {}
${type}Schema.setClass(${type});

export type ${type}Row = RowOf<${type}>;
`;
}

function propertyOf(field: Field): string {
  const nullable = field.isOptional ? '.nullable()' : '';
  return field.kind === 'reference'
    ? `() => p.manyToOne(${field.target}).deleteRule('cascade')${nullable}`
    : `${kinds[field.kind].property(field)}${nullable}`;
}

export const targetImports = (feature: FeatureToWrite): Array<readonly [readonly string[], string]> =>
  referencesOf(feature).map(({ target }) => targetImport(feature, target));

export const targetImport = ({ targets }: FeatureToWrite, target: string): readonly [readonly string[], string] => [
  [target],
  `../${targets[target]?.entityFile}`,
];

/** `src/notes/note.policy.ts` */
export function policyOf(feature: FeatureToWrite): string {
  const { names, isOwned } = feature;
  const { type, one, file } = names;
  const allow = (name: string): string => (isOwned ? `allOf(scope('${name}'), owner('owner'))` : `scope('${name}')`);
  return template`
${importLines([
  [['type Conditions', 'definePolicy'], '../authorization/index.ts'],
  [[`type ${type}`], `./${file}.entity.ts`],
])}

export const ${one}Policy = definePolicy('${type}', ({ ${isOwned ? 'allOf, owner, scope' : 'scope'} }: Conditions<${type}>) => ({
  read: ${allow(readScope(feature))},
  create: ${allow(writeScope(feature))},
  update: ${allow(writeScope(feature))},
  delete: ${allow(writeScope(feature))},
}));
`;
}

/** `src/notes/notes.resolvers.ts` */
export function resolversOf(feature: FeatureToWrite): string {
  const { names, isOwned } = feature;
  const { type, one, many, manyType, file, folder } = names;
  const references = referencesOf(feature);
  const usesUsers = isOwned || references.some(({ target }) => target === 'User');
  const creator = [
    'context',
    ...(asksPolicies(feature) ? ['principalOf(info)'] : []),
    ...(isOwned ? ['requireUserId(principalOf(info))'] : []),
    'input',
  ].join(', ');
  return template`
${importLines([
  [['principalOf', 'subjectOf'], '../authorization/index.ts'],
  [['connectionFields', 'edgeFields', 'requirePage'], '../database/pages.ts'],
  ...(targetsOf(feature).length > 0 ? ([[['relatedRow'], '../database/rows/related-row.ts']] as const) : []),
  [['type Resolvers'], '../generated/resolvers.ts'],
  [['requireId'], '../request/input.ts'],
  ...(isOwned ? ([[['requireUserId'], '../users/require-user.ts']] as const) : []),
  ...(usesUsers
    ? ([
        [['selectionOf'], '../request/selection.ts'],
        [['relatedUser'], '../users/users.service.ts'],
      ] as const)
    : []),
  [[`type ${type}Row`], `./${file}.entity.ts`],
  [[`${one}ById`, `type ${manyType}`, ...targetsOf(feature).map(loaderOf)], `./${folder}.service.ts`],
])}

export const create${type}Resolvers = ({ ${many} }: { ${many}: ${manyType} }): Resolvers => ({
  Query: {
    ${one}: (_, { id }, { rows }) => ${one}ById(rows, requireId('id', id)),
    ${many}: (_, page, context, info) => ${many}.list(context, principalOf(info), requirePage(page)),
  },
  Mutation: {
    create${type}: (_, { input }, context${creator.includes('info') ? ', info' : ''}) => ${many}.create(${creator}),
    update${type}: (_, { input }, context, info) =>
      ${many}.update(context, principalOf(info), subjectOf<${type}Row>(info), input),
    delete${type}: (_, __, context, info) => ${many}.remove(context, principalOf(info), subjectOf<${type}Row>(info).id),
  },
  ${
    isOwned || references.length > 0
      ? `${type}: {
    ${isOwned ? `owner: ({ owner }, _, { rows }, info) => relatedUser(rows, owner, selectionOf(info)),` : ''}
    ${references.map((field) => referenceResolver(field)).join('\n')}
  },`
      : ''
  }
  ${type}Connection: connectionFields,
  ${type}Edge: edgeFields,
});
`;
}

function referenceResolver(field: Field): string {
  const { name, target, isOptional } = field;
  const related =
    target === 'User'
      ? `relatedUser(rows, ${name}, selectionOf(info))`
      : `relatedRow(${loaderOf(field)}, rows, ${name})`;
  const args = `{ ${name} }, _, { rows }${target === 'User' ? ', info' : ''}`;
  return `${name}: (${args}) => ${isOptional ? `(${name} == null ? null : ${related})` : related},`;
}

/** `src/notes/notes.feature.ts` */
export const featureOf = ({
  names: { type, one, many, manyType, file, folder, table },
}: FeatureToWrite): string => template`
${importLines([
  [['type Feature'], '../feature/feature.ts'],
  [[type], `./${file}.entity.ts`],
  [[`${one}Policy`], `./${file}.policy.ts`],
  [[`create${type}Resolvers`], `./${folder}.resolvers.ts`],
  [[`create${manyType}`, `${one}ById`, `type ${manyType}Deps`], `./${folder}.service.ts`],
])}

export const ${many}Feature = {
  entities: [${type}],
  policies: [${one}Policy],
  nodeTypes: { ${type}: { table: '${table}', load: ${one}ById } },
  create: (deps) => create${type}Resolvers({ ${many}: create${manyType}(deps) }),
} satisfies Feature<${manyType}Deps>;
`;

/** `src/notes/README.md` */
export const readmeOf = ({ names: { type, manyWords, file, folder }, isOwned }: FeatureToWrite): string => template`
# ${folder}

The type \`${type}\`: ${manyWords}, ${isOwned ? 'each read and written by its owner alone' : `read and written by those who hold a scope for it`}.

A feature, so it may import what every feature may (see \`test/architecture.test.ts\`). In the order of reading:

- \`schema/${folder}.graphql\`: what clients see, and what each field requires
- \`${file}.policy.ts\`: who may read, update and delete which row
- \`${file}.entity.ts\`: the table
- \`${folder}.service.ts\`: what queries and writes
- \`${folder}.resolvers.ts\`: from arguments to one call of the service
- \`${folder}.feature.ts\`: all of it as one value, for the list in \`src/app/features.ts\`
`;
