import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  type ASTVisitor,
  type DefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/**
 * Refuses `@skip` and `@include` at the root of a subscription (GraphQL, September 2025, “Single Root Field”).
 * graphql-js 16 does not have this rule: it asks for the values of variables while there are none, and throws. Add it
 * to the rules of the host: `validate(schema, document, [...specifiedRules, rule])`.
 */
export const UnconditionalSubscriptionsRule = (context: ValidationContext): ASTVisitor => ({
  Document(document) {
    const roots = document.definitions.filter(isSubscription);
    const nodes = roots.flatMap(({ selectionSet }) => rootSelections(context, selectionSet)).flatMap(conditionsOf);
    if (nodes.length === 0) return undefined;
    context.reportError(
      new GraphQLError('The root field of a subscription must not have @skip or @include.', { nodes }),
    );
    // Every rule goes on with this document: nothing is left for the rule that would throw.
    return { ...document, definitions: [] };
  },
});

const isSubscription = (node: DefinitionNode): node is OperationDefinitionNode =>
  node.kind === Kind.OPERATION_DEFINITION && node.operation === OperationTypeNode.SUBSCRIPTION;

/** Lists the selections at the root, those of fragments included. */
function rootSelections(
  context: ValidationContext,
  { selections }: SelectionSetNode,
  spread = new Set<string>(),
): SelectionNode[] {
  return selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return [node];
    if (node.kind === Kind.INLINE_FRAGMENT) return [node, ...rootSelections(context, node.selectionSet, spread)];
    const fragment = spread.has(node.name.value) ? undefined : context.getFragment(node.name.value);
    spread.add(node.name.value);
    return fragment == null ? [node] : [node, ...rootSelections(context, fragment.selectionSet, spread)];
  });
}

const conditionsOf = ({ directives = [] }: SelectionNode) =>
  directives.filter(({ name }) => name.value === 'skip' || name.value === 'include');
