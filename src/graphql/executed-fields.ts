import {
  getDirectiveValues,
  getVariableValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { badInput } from '../errors.ts';

export type Variables = Readonly<Record<string, unknown>>;

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

export const fragmentsOf = (document: DocumentNode): Fragments =>
  new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );

/**
 * Coerces the variables into what execution will see, defaults included.
 * @throws BAD_USER_INPUT for the first wrong one: graphql-js would describe each of them with its whole value, which
 * may be large, or a password.
 */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  inputs: Variables,
): Variables {
  const options = { maxErrors: 1, hideSuggestions: true };
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], inputs, options);
  if (coerced !== undefined) return coerced;
  const { field, reason } = variableAtFault(errors[0]?.message ?? '');
  throw badInput(field, 'invalid_value', `\`${field}\` is not valid: ${reason}`);
}

/** The length to which what a client wrote is cut before it is repeated. */
const maxEchoLength = 200;

/** Reads the variable, the place in it and the reason out of graphql-js's message: it tells them nowhere else. */
function variableAtFault(message: string): { field: string; reason: string } {
  const [, variable = 'variables', place] = /^Variable "\$(\w+)"(?:.*? at "([^"]+)")?/s.exec(message) ?? [];
  const reason = message.includes('; ') ? message.slice(message.lastIndexOf('; ') + 2) : 'it is required.';
  return { field: (place ?? variable).slice(0, maxEchoLength), reason: reason.slice(0, maxEchoLength) };
}

/** Tells whether `@skip` and `@include` let a selection be executed (GraphQL §6.3.2). */
export function isExecuted(node: SelectionNode, variables: Variables): boolean {
  const skip = getDirectiveValues(GraphQLSkipDirective, node, variables);
  if (skip?.['if'] === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.['if'] !== false;
}

/** Lists the fields that a selection set executes on one object, through fragments; each fragment once. */
export const executedFields = (set: SelectionSetNode, fragments: Fragments, variables: Variables): FieldNode[] =>
  collectFields(set, fragments, (node) => isExecuted(node, variables));

/** Lists the fields of a selection set whatever `@skip` and `@include` say. */
export const writtenFields = (set: SelectionSetNode, fragments: Fragments): FieldNode[] =>
  collectFields(set, fragments, () => true);

function collectFields(
  set: SelectionSetNode,
  fragments: Fragments,
  isIncluded: (node: SelectionNode) => boolean,
): FieldNode[] {
  const fields: FieldNode[] = [];
  const visited = new Set<string>();
  collect(set);
  return fields;

  function collect({ selections }: SelectionSetNode): void {
    for (const node of selections) {
      if (!isIncluded(node)) continue;
      if (node.kind === Kind.FIELD) fields.push(node);
      else if (node.kind === Kind.INLINE_FRAGMENT) collect(node.selectionSet);
      else if (!visited.has(node.name.value)) {
        visited.add(node.name.value);
        const fragment = fragments.get(node.name.value);
        if (fragment !== undefined) collect(fragment.selectionSet);
      }
    }
  }
}
