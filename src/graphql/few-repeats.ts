import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type DocumentNode,
  type FieldNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import { AppError } from '../errors.ts';
import { countComparisons, isBare } from './comparisons.ts';
import { fragmentsOf } from './executed-fields.ts';

/** More than documents of people or generators have, whose types of a union ask for the same few fields. */
const maxRepeats = 50;
const maxSpreads = 50;
/** About as many microseconds of validation. */
const maxComparisons = 10_000;

/**
 * Refuses documents that repeat themselves. That fields of one name can be merged (GraphQL §5.3.2) is checked pair by
 * pair, below them and through fragments too: graphql-js gives a document up after a quarter of a second, in which no
 * other client is served, and 12 KB take that long. Add it to the rules of the host:
 * `validate(schema, document, [...specifiedRules, FewRepeatsRule])`.
 */
export const FewRepeatsRule = (context: ValidationContext): ASTVisitor => ({
  Document(document) {
    const excess = excessOf(document);
    if (excess === null) return undefined;
    const message = `The operation is too complex: ${excess}.`;
    context.reportError(new GraphQLError(message, { originalError: new AppError('OPERATION_TOO_COMPLEX', message) }));
    // Every rule goes on with this document: nothing is left to compare.
    return { ...document, definitions: [] };
  },
});

/** Says what there is too much of; null for a document that can be validated quickly. */
function excessOf(document: DocumentNode): string | null {
  const counted = { repeats: 0, spreads: 0 };
  for (const definition of document.definitions) {
    if ('selectionSet' in definition) count(definition.selectionSet, new Set(), counted);
  }
  const { repeats, spreads } = counted;
  if (repeats > maxRepeats) return `${repeats} fields repeat another one beside them, at most ${maxRepeats}`;
  if (spreads > maxSpreads) return `${spreads} fragments beside each other, at most ${maxSpreads}`;
  if (countComparisons(document, fragmentsOf(document), maxComparisons) <= maxComparisons) return null;
  return `its fields and fragments would be compared more than ${maxComparisons} times`;
}

interface Counted {
  repeats: number;
  /** The number of spreads of fragments beside each other. */
  spreads: number;
}

/** `names` are those of the answer; the fields of inline fragments stand beside the others. */
function count({ selections }: SelectionSetNode, names: Set<string>, counted: Counted): void {
  let spreads = 0;
  for (const node of selections) {
    if (node.kind === Kind.FRAGMENT_SPREAD) spreads += 1;
    else if (node.kind === Kind.INLINE_FRAGMENT) count(node.selectionSet, names, counted);
    else countField(node, names, counted);
  }
  counted.spreads = Math.max(counted.spreads, spreads);
}

function countField(node: FieldNode, names: Set<string>, counted: Counted): void {
  const name = (node.alias ?? node.name).value;
  if (names.has(name) && !isBare(node)) counted.repeats += 1;
  names.add(name);
  if (node.selectionSet !== undefined) count(node.selectionSet, new Set(), counted);
}
