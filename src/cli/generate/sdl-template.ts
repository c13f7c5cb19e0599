import {
  graphqlType,
  inputName,
  inputType,
  isNullable,
  readScope,
  referencesOf,
  writeScope,
  type FeatureToWrite,
} from './feature-to-write.ts';
import type { Field } from './fields.ts';
import { template } from './template.ts';

/** `schema/notes.graphql` */
export function sdlOf(feature: FeatureToWrite): string {
  const { names, fields, isOwned } = feature;
  const { type, one, many, words } = names;
  const read = `@hasScope(scopes: [["${readScope(feature)}"]])`;
  const write = `@hasScope(scopes: [["${writeScope(feature)}"]])`;
  const limit = `@rateLimit(max: 300, window: "1m")`;
  return template`
${fields
  .filter(({ kind }) => kind === 'enum')
  .map(enumSdl)
  .join('\n')}
"${isOwned ? 'Readable by its owner alone' : `Readable with the scope ${readScope(feature)}`}. A row that may not be read is absent."
type ${type} implements Node @can(action: "read") {
  id: ID!
  ${fields.map((field) => `${describeField(feature, field)}${field.name}: ${graphqlType(field)}${isNullable(feature, field) ? '' : '!'}`).join('\n')}
  ${isOwned ? 'owner: User!' : ''}
  createdAt: DateTime!
  updatedAt: DateTime!
  version: Int!
}

type ${type}Edge {
  cursor: String!
  node: ${type}!
}

type ${type}Connection {
  edges: [${type}Edge!]!
  nodes: [${type}!]!
  pageInfo: PageInfo!
  totalCount: Int!
}

input Create${type}Input {
  ${fields.map((field) => `${describeRange(field)}${inputName(field)}: ${inputType(field)}${field.isOptional ? '' : '!'}`).join('\n')}
}

"What is left out stays as it is. \`expectedVersion\` refuses a lost update with CONFLICT."
input Update${type}Input {
  ${fields.map((field) => `${inputName(field)}: ${inputType(field)}`).join('\n')}
  expectedVersion: Int
}

extend type Query {
  "Null if absent or not readable."
  ${one}(id: ID!): ${type} ${read}

  "${isOwned ? 'The caller’s own' : 'Readable ones only'}, newest first; without \`first\` and \`last\` the first 20."
  ${many}(first: Int, after: String, last: Int, before: String): ${type}Connection! ${read}
}

extend type Mutation {
  create${type}(input: Create${type}Input!): ${type}! ${isOwned ? '@auth(kinds: [USER, API_KEY]) ' : ''}${write} ${limit}

  update${type}(id: ID!, input: Update${type}Input!): ${type}! ${write} @can(action: "update") ${limit}

  "Deletes the ${words}. Answers the id."
  delete${type}(id: ID!): ID! ${write} @can(action: "delete", on: "${type}") ${limit}
}
`;
}

const enumSdl = ({ enumType, values }: Field): string => `enum ${enumType} {\n${values.join('\n')}\n}\n`;

const describeField = (feature: FeatureToWrite, field: Field): string =>
  referencesOf(feature).includes(field) && isNullable(feature, field) ? '"Null if it may not be read."\n' : '';

function describeRange({ kind, range }: Field): string {
  if (range === null) return '';
  const between = `${range.min.toLocaleString('en')} to ${range.max.toLocaleString('en')}`;
  return `"${between}${kind === 'string' || kind === 'text' ? ' characters' : ''}."\n`;
}
