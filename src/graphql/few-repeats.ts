import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type FieldNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import { AppError } from '../errors.ts';

/** More than a document of people or generators has, whose types of a union ask for the same few fields. */
const mostRepeats = 50;
const mostSpreads = 50;

/**
 * A validation rule for documents that repeat themselves. That fields of one name can be merged (GraphQL §5.3.2) is
 * checked pair by pair, also below them: graphql-js gives a document up after a quarter of a second, in which nobody else
 * is served, and 12 KB from anybody take that long. Add it to the rules of the host:
 * `validate(schema, document, [...specifiedRules, it])`.
 */
export const FewRepeatsRule = (context: ValidationContext): ASTVisitor => ({
  Document(document) {
    const counted = { repeats: 0, spreads: 0 };
    for (const definition of document.definitions) {
      if ('selectionSet' in definition) count(definition.selectionSet, new Set(), counted);
    }
    if (counted.repeats <= mostRepeats && counted.spreads <= mostSpreads) return undefined;
    context.reportError(tooComplex(counted));
    // All rules go on with what is answered here: there is nothing left to compare.
    return { ...document, definitions: [] };
  },
});

interface Counted {
  repeats: number;
  /** Of fragments, beside each other. */
  spreads: number;
}

/** `names` are those of the answer; the fields of inline fragments stand beside the others. */
function count({ selections }: SelectionSetNode, names: Set<string>, counted: Counted): void {
  let spreads = 0;
  for (const node of selections) {
    if (node.kind === Kind.FRAGMENT_SPREAD) spreads += 1;
    else if (node.kind === Kind.INLINE_FRAGMENT) count(node.selectionSet, names, counted);
    else {
      const name = (node.alias ?? node.name).value;
      if (names.has(name) && !isBare(node)) counted.repeats += 1;
      names.add(name);
      if (node.selectionSet !== undefined) count(node.selectionSet, new Set(), counted);
    }
  }
  counted.spreads = Math.max(counted.spreads, spreads);
}

/** A name and nothing else: graphql-js takes those that are alike for one. */
const isBare = ({ alias, arguments: args, selectionSet }: FieldNode): boolean =>
  alias === undefined && selectionSet === undefined && (args ?? []).length === 0;

function tooComplex({ repeats, spreads }: Counted): GraphQLError {
  const what =
    repeats > mostRepeats
      ? `${repeats} fields repeat another one beside them, at most ${mostRepeats}`
      : `${spreads} fragments beside each other, at most ${mostSpreads}`;
  const message = `The operation is too complex: ${what}.`;
  return new GraphQLError(message, { originalError: new AppError('OPERATION_TOO_COMPLEX', message) });
}
