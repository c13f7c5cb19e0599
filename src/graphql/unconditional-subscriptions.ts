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
 * A validation rule: at the root of a subscription nothing is skipped or included (GraphQL, September 2025, “Single Root
 * Field”). graphql-js 16 does not know it yet: it asks for the values of variables while there are none, and throws. Add
 * it to the rules of the host: `validate(schema, document, [...specifiedRules, it])`.
 */
export const UnconditionalSubscriptionsRule = (context: ValidationContext): ASTVisitor => ({
  Document(document) {
    const roots = document.definitions.filter(isSubscription);
    const nodes = roots.flatMap(({ selectionSet }) => rootSelections(context, selectionSet)).flatMap(conditionsOf);
    if (nodes.length === 0) return undefined;
    context.reportError(
      new GraphQLError('The root field of a subscription takes no @skip and no @include.', { nodes }),
    );
    // All rules go on with what is answered here: nothing is left for the one that would throw.
    return { ...document, definitions: [] };
  },
});

const isSubscription = (node: DefinitionNode): node is OperationDefinitionNode =>
  node.kind === Kind.OPERATION_DEFINITION && node.operation === OperationTypeNode.SUBSCRIPTION;

/** What stands at the root, also by way of fragments. */
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
