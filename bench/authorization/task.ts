/** The caller, as every contestant is told: anonymous has no id. */
export interface Caller {
  readonly id: string | null;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
}

export type Rule = { readonly signedIn: true } | { readonly role: string } | { readonly scope: string };

export interface Field {
  readonly name: string;
  readonly type: string;
  readonly rule?: Rule;
}

export type Row = Readonly<Record<string, unknown>>;

const rowFields: readonly Field[] = [
  { name: 'id', type: 'ID!' },
  { name: 'title', type: 'String' },
  { name: 'category', type: 'String' },
  { name: 'isActive', type: 'Boolean' },
  { name: 'cost', type: 'Float' },
  { name: 'margin', type: 'Float' },
  { name: 'supplier', type: 'String' },
  { name: 'stock', type: 'Int' },
  { name: 'notes', type: 'String' },
  { name: 'location', type: 'String' },
];

const signedIn: Rule = { signedIn: true };
const editor: Rule = { role: 'EDITOR' };
const internal: Rule = { scope: 'items:internal' };
const ruleOf: Readonly<Record<string, Rule>> = {
  cost: signedIn,
  margin: signedIn,
  supplier: editor,
  stock: editor,
  notes: internal,
  location: internal,
};

/** Ten scalar fields, six of them under static rules. */
export const itemFields: readonly Field[] = rowFields.map((field) => {
  const rule = ruleOf[field.name];
  return rule === undefined ? field : { ...field, rule };
});
/** The same ten fields, none under a static rule: a policy decides on each row. */
export const documentFields = rowFields;
export const accountFields: readonly Field[] = [
  { name: 'id', type: 'ID!' },
  { name: 'displayName', type: 'String' },
  { name: 'email', type: 'String', rule: signedIn },
];
/** The rule of the field `me`. */
export const meRule = signedIn;

export function meets(rule: Rule, caller: Caller): boolean {
  if ('role' in rule) return caller.roles.includes(rule.role);
  if ('scope' in rule) return caller.scopes.includes(rule.scope);
  return caller.id !== null;
}

/** The policy on each document: published, or the caller's own. */
export function mayRead(row: Row, caller: Caller): boolean {
  return row['status'] === 'PUBLISHED' || (caller.id !== null && row['author'] === caller.id);
}

export const callers = {
  anonymous: { id: null, roles: [], scopes: [] },
  stranger: { id: 'u2', roles: [], scopes: [] },
  editor: { id: 'u3', roles: ['EDITOR'], scopes: [] },
  insider: { id: 'u1', roles: ['EDITOR'], scopes: ['items:internal'] },
} satisfies Record<string, Caller>;

/** The SDL, with the rules in a contestant's own words. */
export function typeDefs(
  directives: string,
  onField: (rule: Rule) => string = () => '',
  onDocument = '',
  onOpenRoot = '',
): string {
  const lines = (fields: readonly Field[]): string =>
    fields.map(({ name, type, rule }) => `  ${name}: ${type} ${rule === undefined ? '' : onField(rule)}`).join('\n');
  return `
${directives}
type Item {
${lines(itemFields)}
}
type Document ${onDocument} {
${lines(documentFields)}
}
type Account {
${lines(accountFields)}
}
type Query {
  items(first: Int!): [Item]! ${onOpenRoot}
  documents(first: Int!): [Document]! ${onOpenRoot}
  me: Account ${onField(meRule)}
}
`;
}

const rowCount = 1000;

/** Every row is published or by `u1`, so that the insider, who is timed, reads all and others read half. */
const rows: readonly Row[] = Array.from({ length: rowCount }, (_, index) => ({
  id: `row-${index}`,
  title: `Title of row ${index}`,
  category: ['tools', 'parts', 'paint'][index % 3],
  isActive: index % 2 === 0,
  cost: index * 1.25,
  margin: (index % 40) / 100,
  supplier: `supplier-${index % 17}`,
  stock: index % 250,
  notes: `Notes of row ${index}`,
  location: `aisle ${index % 31}`,
  status: index % 2 === 0 ? 'PUBLISHED' : 'DRAFT',
  author: 'u1',
}));

/** Lists that are there already: what is measured is execution, not slicing. */
const lists = new Map([1, 100, rowCount].map((length) => [length, rows.slice(0, length)]));
export const rowsOf = (first: number): readonly Row[] => lists.get(first) ?? [];
export const account: Row = { id: 'u1', displayName: 'Ada', email: 'ada@example.test' };

export const resolvers = {
  Query: {
    items: (_: unknown, { first }: { first: number }): readonly Row[] => rowsOf(first),
    documents: (_: unknown, { first }: { first: number }): readonly Row[] => rowsOf(first),
    me: (): Row => account,
  },
};

export interface Case {
  readonly title: string;
  readonly query: string;
  /** The root field, the type behind it and, for lists, how many rows. */
  readonly root: 'items' | 'documents' | 'me';
  readonly first: number;
}

const selection = rowFields.map(({ name }) => name).join(' ');
const listCase = (root: 'items' | 'documents', first: number, title: string): Case => ({
  title,
  query: `{ ${root}(first: ${first}) { ${selection} } }`,
  root,
  first,
});

export const cases = {
  static1000: listCase('items', 1000, '1,000 rows × 10 fields, six under static rules'),
  static100: listCase('items', 100, '100 rows × 10 fields, six under static rules'),
  tiny: { title: 'a tiny query', query: '{ me { id displayName email } }', root: 'me', first: 0 },
  policy1000: listCase('documents', 1000, '1,000 rows × 10 fields, a policy on each row'),
} satisfies Record<string, Case>;

export type CaseName = keyof typeof cases;
export const caseNames = Object.keys(cases) as CaseName[];
