import { request, times, type Shape } from './shape.ts';

interface Operation {
  readonly query: string;
  readonly variables?: unknown;
  readonly operationName?: string;
}

/** A shape of a document and its variables. */
const shape = (name: string, largest: number, operation: (size: number) => Operation | string): Shape =>
  request(name, largest, (size) => {
    const made = operation(size);
    return { body: JSON.stringify(typeof made === 'string' ? { query: made } : made) };
  });

const refused = 'nodes { author { email emailVerified roles scopes status } }';

/** What can be written into a GraphQL document. */
export const documents: readonly Shape[] = [
  shape('fields below each other', 800, (size) => `{ me ${'{ sessions '.repeat(size)}${'}'.repeat(size)} }`),
  shape('fields below each other, within the depth', 14, (size) => {
    const levels = Math.max(1, Math.floor(size / 5));
    return `{ articles(first: 2) { nodes { id ${'comments(first: 2) { nodes { article { id '.repeat(levels)}${'} } }'.repeat(levels)} } } }`;
  }),
  shape(
    'inline fragments within each other',
    90,
    (size) => `{ ${'... { '.repeat(size)}__typename${' }'.repeat(size)} }`,
  ),
  shape('aliases of one field', 1_300, (size) => `{ ${times(size, (index) => `a${index}: __typename`)} }`),
  shape(
    'aliases of a list, within the limit',
    20,
    (size) => `{ ${times(size, (index) => `a${index}: articles(first: 20) { nodes { id title } }`)} }`,
  ),
  shape('a field that is repeated', 3_900, (size) => `{ ${'__typename '.repeat(size)}}`),
  shape('a field with a selection that is repeated', 900, (size) => `{ ${'me { id } '.repeat(size)}}`),
  shape(
    'fields of one name with different arguments',
    400,
    (size) => `{ ${times(size, (index) => `node(id: "${index}") { id }`)} }`,
  ),
  shape('fields that do not exist', 3_900, (size) => `{ ${times(size, (index) => `n${index}`)} }`),
  shape(
    'fragments that are used once',
    280,
    (size) =>
      `{ me { ${times(size, (index) => `...F${index}`)} } } ${times(size, (index) => `fragment F${index} on User { id }`)}`,
  ),
  shape(
    'fragments with several fields',
    120,
    (size) =>
      `{ me { ${times(size, (index) => `...F${index}`)} } } ` +
      times(size, (index) => `fragment F${index} on User { a${index}: id b${index}: displayName id }`),
  ),
  shape(
    'fragments that double, skipped beside a refusal',
    30,
    (size) =>
      `{ ...F0 @skip(if: true) auditEvents { nodes { id } } } ` +
      times(size, (index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} }`) +
      ` fragment F${size} on Query { __typename }`,
  ),
  shape(
    'fragments in a row',
    480,
    (size) =>
      `{ me { ...F0 } } ${times(size, (index) => `fragment F${index} on User { ...F${index + 1} }`)} ` +
      `fragment F${size} on User { id }`,
  ),
  shape(
    'fragments that double',
    320,
    (size) =>
      `{ me { ...F0 } } ${times(size, (index) => `fragment F${index} on User { ...F${index + 1} ...F${index + 1} }`)} ` +
      `fragment F${size} on User { id }`,
  ),
  shape(
    'fragments that double below fields',
    200,
    (size) =>
      `{ articles { nodes { ...F0 } } } ` +
      `${times(size, (index) => `fragment F${index} on Article { a: author { id } ...F${index + 1} b: author { id } ...F${index + 1} }`)} ` +
      `fragment F${size} on Article { id }`,
  ),
  shape(
    'fragments in a circle',
    480,
    (size) => `{ me { ...F0 } } ${times(size, (index) => `fragment F${index} on User { ...F${(index + 1) % size} }`)}`,
  ),
  shape(
    'fragments that nobody uses',
    480,
    (size) => `{ __typename } ${times(size, (index) => `fragment F${index} on User { id }`)}`,
  ),
  shape('fragments that do not exist', 1_300, (size) => `{ ${times(size, (index) => `...F${index}`)} }`),
  shape(
    'fragments of one type condition in lists',
    40,
    (size) => `{ articles(first: 100) { nodes { ${'... on Article { id title } '.repeat(size)} } } }`,
  ),
  shape('arguments', 1_200, (size) => `{ articles(${times(size, (index) => `a${index}: 1`)}) { totalCount } }`),
  shape('an argument that is repeated', 1_200, (size) => `{ articles(${'first: 1 '.repeat(size)}) { totalCount } }`),
  shape('a long string', 200_000, (size) => `{ search(query: "${'y'.repeat(size)}") { __typename } }`),
  shape(
    'a string that looks like a suggestion',
    18_000,
    (size) => `{ articles(first: "${' Did you mean'.repeat(size)}") { totalCount } }`,
  ),
  shape('a long id', 200_000, (size) => `{ node(id: "${'1-'.repeat(size / 2)}") { id } }`),
  shape('a long cursor', 200_000, (size) => `{ articles(after: "${'a'.repeat(size)}") { totalCount } }`),
  shape('a long number', 200_000, (size) => `{ articles(first: ${'1'.repeat(size)}) { totalCount } }`),
  shape('a long name', 200_000, (size) => `{ ${'n'.repeat(size)} }`),
  shape('a list of literals', 3_900, (size) => `{ articles(first: [${'1 '.repeat(size)}]) { totalCount } }`),
  shape(
    'an object of literals',
    1_200,
    (size) => `{ articles(filter: {${times(size, (index) => `f${index}: 1`)}}) { totalCount } }`,
  ),
  shape('literals within each other', 20_000, (size) => `{ articles(first: ${'['.repeat(size)}) { totalCount } }`),
  shape('objects within each other', 15_000, (size) => `{ articles(filter: ${'{a:'.repeat(size)}) { totalCount } }`),
  shape(
    'variables',
    700,
    (size) => `query (${times(size, (index) => `$v${index}: Int`)}) { articles(first: $v0) { totalCount } }`,
  ),
  shape(
    'variables with defaults that are wrong',
    450,
    (size) => `query (${times(size, (index) => `$v${index}: Int = "x"`)}) { articles(first: $v0) { totalCount } }`,
  ),
  shape(
    'variables that are not defined',
    700,
    (size) => `{ ${times(size, (index) => `a${index}: node(id: $v${index}) { id }`)} }`,
  ),
  shape('values of variables', 15_000, (size) => ({
    query: 'query ($v: Int) { articles(first: $v) { totalCount } }',
    variables: Object.fromEntries(Array.from({ length: size }, (_, index) => [`v${index}`, 1])),
  })),
  shape('a variable that is a long list', 50_000, (size) => ({
    query: 'query ($v: [String!]!) { articles(filter: { status: $v }) { totalCount } }',
    variables: { v: Array(size).fill('x') },
  })),
  shape('a variable that is an object of unknown fields', 15_000, (size) => ({
    query: 'query ($v: ArticleFilter) { articles(filter: $v) { totalCount } }',
    variables: { v: Object.fromEntries(Array.from({ length: size }, (_, index) => [`f${index}`, 1])) },
  })),
  shape('a variable that is nested', 90, (size) => ({
    query: 'query ($v: ArticleFilter) { articles(filter: $v) { totalCount } }',
    variables: { v: JSON.parse(`${'{"a":'.repeat(size)}1${'}'.repeat(size)}`) as unknown },
  })),
  shape('a list of input objects where one is expected', 15_000, (size) => ({
    query: 'mutation ($input: CreateArticleInput!) { createArticle(input: $input) { id } }',
    variables: { input: { title: Array(size).fill('x'), body: 'x' } },
  })),
  shape(
    'refused fields and lines',
    40,
    (size) => `${'\n'.repeat(size * 5_000)}{ articles(first: ${size}) { ${refused} } }`,
  ),
  shape(
    'refused fields under aliases and lines',
    4,
    (size) =>
      `${'\n'.repeat(size * 30_000)}{ ${times(size, (index) => `a${index}: articles(first: 40) { ${refused} }`)} }`,
  ),
  shape(
    'invalid fields and lines',
    2_000,
    (size) => `${'\n'.repeat(size * 50)}{ ${times(size, (index) => `n${index}`)} }`,
  ),
  shape('lines', 240_000, (size) => `${'\n'.repeat(size)}{ __typename }`),
  shape('carriage returns and lines before a mistake', 120_000, (size) => `${'\r\n'.repeat(size)}{ nothing }`),
  shape('comments', 60_000, (size) => `${'#x\n'.repeat(size)}{ __typename }`),
  shape('a comment of braces', 240_000, (size) => `#${'{'.repeat(size)}\n{ __typename }`),
  shape('commas', 240_000, (size) => `{ __typename ${','.repeat(size)} }`),
  shape(
    'letters outside the basic plane',
    50_000,
    (size) => `{ search(query: "${'🔑'.repeat(size)}") { __typename } }`,
  ),
  shape('halves of letters', 40_000, (size) => `{ search(query: "${'\\uD83D'.repeat(size)}") { __typename } }`),
  shape('escaped letters', 25_000, (size) => `{ search(query: "${'\\u{1F511}'.repeat(size)}") { __typename } }`),
  shape('a block string of lines', 60_000, (size) => `{ search(query: """${'\n  x'.repeat(size)}""") { __typename } }`),
  shape('a string without an end', 240_000, (size) => `{ search(query: "${'\\\\'.repeat(size / 4)}`),
  shape('block strings without an end', 60_000, (size) => `{ search(query: ${'"""'.repeat(size)}`),
  shape('directives on one field', 700, (size) => `{ __typename ${'@skip(if: false) '.repeat(size)} }`),
  shape('directives that do not exist', 1_900, (size) => `{ __typename ${times(size, (index) => `@d${index}`)} }`),
  shape(
    'directives on skipped fields',
    400,
    (size) => `{ ${times(size, (index) => `a${index}: __typename @skip(if: true)`)} }`,
  ),
  shape('rows of a list', 80, (size) => `{ articles(first: ${size}) { nodes { id title author { displayName } } } }`),
  shape(
    'rows of lists in a list',
    40,
    (size) => `{ articles(first: ${size}) { nodes { comments(first: ${size}) { nodes { id } } } } }`,
  ),
  shape('counts', 20, (size) => `{ ${times(size, (index) => `a${index}: articles { totalCount }`)} }`),
  shape(
    'searches',
    20,
    (size) => `{ ${times(size, (index) => `a${index}: search(query: "sally${index}") { __typename }`)} }`,
  ),
  shape('a long pattern', 200, (size) => `{ search(query: "${'y'.repeat(size - 1)}z") { __typename } }`),
  shape('a pattern of wildcards', 200, (size) => `{ search(query: "${'%_'.repeat(size / 2)}") { __typename } }`),
  shape('operations', 900, (size) => ({
    query: times(size, (index) => `query Q${index} { __typename }`),
    operationName: 'Q0',
  })),
  shape('operations without names', 1_300, (size) => '{ __typename } '.repeat(size)),
  shape('subscriptions by HTTP', 400, (size) =>
    times(size, (index) => `subscription S${index} { articlePublished { id } }`),
  ),
  shape('definitions of types', 900, (size) => times(size, (index) => `type T${index} { f: Int }`)),
  shape('a long name of the operation', 200_000, (size) => ({
    query: '{ __typename }',
    operationName: 'n'.repeat(size),
  })),
  shape(
    'introspection',
    20,
    (size) => `{ ${times(size, (index) => `a${index}: __type(name: "User") { fields { name type { name } } }`)} }`,
  ),
  shape(
    'introspection of types within types',
    90,
    (size) => `{ __schema { types { name ${'ofType { '.repeat(size)}name${' }'.repeat(size)} } } }`,
  ),
];
