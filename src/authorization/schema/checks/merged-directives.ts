import {
  getLocation,
  Kind,
  parse,
  print,
  visit,
  type ASTNode,
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  type GraphQLSchema,
  type Source,
} from 'graphql';
import type { SchemaProblem } from '../../model/errors.ts';
import type { DirectiveNames } from '../directive-definitions.ts';

/** An access directive as it stands in the text of an SDL file. */
interface WrittenDirective {
  readonly coordinate: string;
  readonly name: string;
  readonly text: string;
  readonly place: string;
}

/**
 * Finds access directives that stand on one element at several places of the SDL, and that a tool merged into one:
 * `@graphql-tools/merge` joins the lists of directives that are not repeatable, which makes alternatives of two demands,
 * and lets one of two numbers win. The files themselves tell what was written.
 */
export function problemsOfMerges(schema: GraphQLSchema, names: DirectiveNames): SchemaProblem[] {
  const nodes = Object.values(schema.getTypeMap()).flatMap(({ astNode, extensionASTNodes }) => [
    ...(astNode ? [astNode] : []),
    ...extensionASTNodes,
  ]);
  const isAccess = ({ name }: WrittenDirective): boolean => names.has(name);
  const written = sourcesOf(nodes).flatMap(writtenIn).filter(isAccess);
  const kept = new Set(
    nodes.flatMap((node) => directivesWithin(node)).map(({ coordinate, text }) => `${coordinate} ${text}`),
  );
  const several = new Map<string, WrittenDirective[]>();
  for (const use of written) {
    const coordinate = `${use.coordinate} @${use.name}`;
    several.set(coordinate, [...(several.get(coordinate) ?? []), use]);
  }
  return [...several].flatMap(([coordinate, uses]) => {
    const isMerged =
      new Set(uses.map(({ text }) => text)).size > 1 && uses.some((use) => !kept.has(`${use.coordinate} ${use.text}`));
    return isMerged ? [mergeProblem(coordinate, uses)] : [];
  });
}

function mergeProblem(coordinate: string, uses: readonly WrittenDirective[]): SchemaProblem {
  const places = uses.map(({ place }) => place).join(' and ');
  return {
    coordinate,
    problem: `it stands at ${places}, and was merged into one, which demands less than both.`,
    remedy: 'Write it once, with all that it demands, or use a repeatable directive.',
  };
}

/** Collects the texts from which the nodes come, each once. */
function sourcesOf(nodes: readonly ASTNode[]): readonly Source[] {
  const sources = new Map<string, Source>();
  for (const node of nodes) {
    visit(node, {
      enter: ({ loc }) => {
        if (loc !== undefined) sources.set(loc.source.body, loc.source);
      },
    });
  }
  return [...sources.values()];
}

function writtenIn(source: Source): readonly WrittenDirective[] {
  return documentOf(source).definitions.flatMap(directivesWithin);
}

/** Parses a source. What is no document by itself, such as one of several parts, tells nothing. */
function documentOf(source: Source): DocumentNode {
  try {
    return parse(source);
  } catch {
    return { kind: Kind.DOCUMENT, definitions: [] };
  }
}

type Named = ASTNode & { readonly name: { readonly value: string } };

/** Lists the directives within a definition, each with the coordinate of its element. */
function directivesWithin(definition: DefinitionNode): readonly WrittenDirective[] {
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
  const { loc, name } = directive;
  const { line, column } = loc ? getLocation(loc.source, loc.start) : { line: 0, column: 0 };
  return {
    coordinate,
    name: name.value,
    text: print(directive),
    place: `${loc?.source.name ?? 'unknown'}:${line}:${column}`,
  };
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
