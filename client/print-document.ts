/** A node of graphql-js's syntax tree, as far as an executable document needs it. */
interface Node {
  readonly kind: string;
  readonly [property: string]: unknown;
}

export interface DocumentTree {
  readonly kind: 'Document';
  readonly definitions: readonly unknown[];
}

/** Prints an executable document on few characters: what `graphql`'s printer would, without needing it. */
export const printDocument = ({ definitions }: DocumentTree): string => all(definitions, '\n');

const printers: Readonly<Record<string, (node: Node) => string>> = {
  OperationDefinition: ({ operation, name, variableDefinitions, directives, selectionSet }) =>
    `${String(operation)} ${one(name)}${within('(', all(variableDefinitions, ','), ')')}${all(directives)}${one(selectionSet)}`,
  FragmentDefinition: ({ name, typeCondition, directives, selectionSet }) =>
    `fragment ${one(name)} on ${one(typeCondition)}${all(directives)}${one(selectionSet)}`,
  VariableDefinition: ({ variable, type, defaultValue, directives }) =>
    `${one(variable)}:${one(type)}${within('=', one(defaultValue))}${all(directives)}`,
  SelectionSet: ({ selections }) => `{${all(selections, ' ')}}`,
  Field: ({ alias, name, arguments: args, directives, selectionSet }) =>
    `${within('', one(alias), ':')}${one(name)}${within('(', all(args, ','), ')')}${all(directives)}${one(selectionSet)}`,
  FragmentSpread: ({ name, directives }) => `...${one(name)}${all(directives)}`,
  InlineFragment: ({ typeCondition, directives, selectionSet }) =>
    `...${within('on ', one(typeCondition))}${all(directives)}${one(selectionSet)}`,
  Directive: ({ name, arguments: args }) => `@${one(name)}${within('(', all(args, ','), ')')}`,
  Argument: ({ name, value }) => `${one(name)}:${one(value)}`,
  Variable: ({ name }) => `$${one(name)}`,
  Name: ({ value }) => String(value),
  NamedType: ({ name }) => one(name),
  ListType: ({ type }) => `[${one(type)}]`,
  NonNullType: ({ type }) => `${one(type)}!`,
  StringValue: ({ value }) => JSON.stringify(value),
  NullValue: () => 'null',
  ListValue: ({ values }) => `[${all(values, ',')}]`,
  ObjectValue: ({ fields }) => `{${all(fields, ',')}}`,
  ObjectField: ({ name, value }) => `${one(name)}:${one(value)}`,
};

/** Numbers, booleans and enum values stand as they are. */
const one = (node: unknown): string =>
  node == null ? '' : (printers[(node as Node).kind]?.(node as Node) ?? String((node as Node)['value']));

const all = (nodes: unknown, between = ''): string => ((nodes ?? []) as readonly unknown[]).map(one).join(between);

const within = (before: string, text: string, after = ''): string => (text === '' ? '' : before + text + after);
