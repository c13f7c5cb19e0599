import {
  isEnumType,
  Kind,
  parse,
  visit,
  type ASTNode,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLEnumValue,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type Source,
  type TypeDefinitionNode,
  type TypeExtensionNode,
} from 'graphql';
import type { SchemaProblem } from '../../model/access-errors.ts';
import type { DirectiveNames } from '../directive-definitions.ts';
import { directivesWithin, type WrittenDirective } from '../written-directives.ts';

/**
 * Finds access directives that stand on one element at several places of the SDL, and that a tool merged into one:
 * `@graphql-tools/merge` joins the lists of directives that are not repeatable, which makes alternatives of two
 * demands, and lets one of two numbers win. The files themselves tell what was written. SDL that was parsed without
 * locations, as by `gql`, tells of no file: there a list of several may be two that were joined.
 */
export function problemsOfMerges(schema: GraphQLSchema, names: DirectiveNames): SchemaProblem[] {
  const types = Object.values(schema.getTypeMap());
  const accessIn = (definitions: readonly DefinitionNode[]): readonly WrittenDirective[] =>
    definitions.flatMap(directivesWithin).filter(({ name }) => names.has(name));
  const isRepeatable = ({ name }: WrittenDirective): boolean => schema.getDirective(name)?.isRepeatable === true;
  const nodes = types.flatMap(nodesOf);
  const written = byElement(accessIn(sourcesOf(nodes).flatMap((source) => documentOf(source).definitions)));
  const kept = byElement(accessIn(nodes));
  const merged = [...written].filter(([element, uses]) => isMerged(uses, kept.get(element) ?? [], isRepeatable));
  const byCode = new Set(types.flatMap(elementsByCode));
  const unplaced = accessIn(nodes).filter(
    (use) => use.place === undefined && use.hasList && !isRepeatable(use) && !byCode.has(use.coordinate),
  );
  return [...merged.map(mergeProblem), ...unplaced.map(unplacedProblem)];
}

function byElement(uses: readonly WrittenDirective[]): ReadonlyMap<string, readonly WrittenDirective[]> {
  const elements = new Map<string, WrittenDirective[]>();
  for (const use of uses) elements.set(elementOf(use), [...(elements.get(elementOf(use)) ?? []), use]);
  return elements;
}

const elementOf = ({ coordinate, name }: WrittenDirective): string => `${coordinate} @${name}`;

/** Tells whether several texts became another one, or one text was joined with one that no file tells of. */
function isMerged(
  written: readonly WrittenDirective[],
  kept: readonly WrittenDirective[],
  isRepeatable: (use: WrittenDirective) => boolean,
): boolean {
  const texts = new Set(written.map(({ text }) => text));
  if (texts.size > 1) return written.some(({ text }) => kept.every((use) => use.text !== text));
  const known = new Set(written.flatMap(({ values }) => values));
  return kept.some((use) => !isRepeatable(use) && use.values.some((value) => !known.has(value)));
}

function nodesOf({
  astNode,
  extensionASTNodes,
}: GraphQLNamedType): ReadonlyArray<TypeDefinitionNode | TypeExtensionNode> {
  return [...(astNode ? [astNode] : []), ...extensionASTNodes];
}

/**
 * Lists the coordinates of the elements of a type that were built by code that keeps their directives in `extensions` and
 * makes nodes of them, as Pothos does. An element beside them may come from SDL.
 */
function elementsByCode(type: GraphQLNamedType): readonly string[] {
  const elements: Array<readonly [string, Extended]> = [[type.name, type]];
  for (const member of membersOf(type)) {
    const coordinate = `${type.name}.${member.name}`;
    elements.push([coordinate, member]);
    for (const arg of 'args' in member ? member.args : []) elements.push([`${coordinate}(${arg.name}:)`, arg]);
  }
  return elements.flatMap(([coordinate, { extensions }]) => (extensions['directives'] === undefined ? [] : coordinate));
}

/** Lists the fields or values of a type. */
function membersOf(
  type: GraphQLNamedType,
): ReadonlyArray<GraphQLField<unknown, unknown> | GraphQLInputField | GraphQLEnumValue> {
  if (isEnumType(type)) return type.getValues();
  return 'getFields' in type ? Object.values(type.getFields()) : [];
}

interface Extended {
  readonly extensions: Readonly<Record<string, unknown>>;
}

function mergeProblem([coordinate, uses]: readonly [string, readonly WrittenDirective[]]): SchemaProblem {
  const places = uses.map(({ place = 'elsewhere' }) => place);
  const all = places.length > 1 ? places : [...places, 'elsewhere'];
  return {
    coordinate,
    problem: `it stands at ${all.join(' and ')}, and was merged into one, which demands less than both.`,
    remedy: 'Write it once, with all that it demands, or use a repeatable directive.',
  };
}

function unplacedProblem(use: WrittenDirective): SchemaProblem {
  return {
    coordinate: elementOf(use),
    problem: 'its list may have been merged from two places, which SDL without locations does not tell.',
    remedy: 'Give the SDL as text or parsed with locations, which `gql` drops, or use a repeatable directive.',
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

/** Parses a source. What is no document by itself, such as one of several parts, tells nothing. */
function documentOf(source: Source): DocumentNode {
  try {
    return parse(source);
  } catch {
    return { kind: Kind.DOCUMENT, definitions: [] };
  }
}
