import {
  getLocation,
  Kind,
  print,
  type ArgumentNode,
  type ASTNode,
  type DefinitionNode,
  type DirectiveNode,
  type Location,
  type ValueNode,
} from 'graphql';

/** A directive as it stands in SDL. */
export interface WrittenDirective {
  readonly coordinate: string;
  readonly name: string;
  readonly text: string;
  /** Undefined if it was parsed without locations. */
  readonly place: string | undefined;
  /** Each value of its arguments; those of lists one by one. */
  readonly values: readonly string[];
  /** True if one of its arguments is a list of several. */
  readonly hasList: boolean;
}

type Named = ASTNode & { readonly name: { readonly value: string } };

/** Lists the directives within a definition, each with the coordinate of its element. */
export function directivesWithin(definition: DefinitionNode): readonly WrittenDirective[] {
  const found: WrittenDirective[] = [];
  const add = (element: Named, coordinate: string): void => {
    for (const directive of directivesOf(element)) found.push(writtenDirective(directive, coordinate));
  };
  if (!isNamed(definition)) return found;
  const type = definition.name.value;
  add(definition, type);
  for (const member of membersOf(definition)) {
    const coordinate = `${type}.${member.name.value}`;
    add(member, coordinate);
    for (const argument of argumentsOf(member)) add(argument, `${coordinate}(${argument.name.value}:)`);
  }
  return found;
}

function writtenDirective(directive: DirectiveNode, coordinate: string): WrittenDirective {
  const { loc, name, arguments: args = [] } = directive;
  return {
    coordinate,
    name: name.value,
    text: print(directive),
    place: loc && placeOf(loc),
    values: args.flatMap((arg) => valuesOf(arg).map((value) => `${arg.name.value}: ${print(value)}`)),
    hasList: args.some((arg) => valuesOf(arg).length > 1),
  };
}

const valuesOf = ({ value }: ArgumentNode): readonly ValueNode[] => (value.kind === Kind.LIST ? value.values : [value]);

function placeOf({ source, start }: Location): string {
  const { line, column } = getLocation(source, start);
  return `${source.name}:${line}:${column}`;
}

function isNamed(node: ASTNode): node is Named {
  return 'name' in node && node.name !== undefined;
}

function directivesOf(node: ASTNode): readonly DirectiveNode[] {
  return ('directives' in node && node.directives) || [];
}

/** Lists the fields or values of a definition. */
function membersOf(node: ASTNode): readonly Named[] {
  const members: readonly ASTNode[] = ('fields' in node && node.fields) || ('values' in node && node.values) || [];
  return members.filter(isNamed);
}

function argumentsOf(node: ASTNode): readonly Named[] {
  const found: readonly ASTNode[] = ('arguments' in node && node.arguments) || [];
  return found.filter(isNamed);
}
