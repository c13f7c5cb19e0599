import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  Kind,
  typeFromAST,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Args, Fragments } from './execution.ts';

/** The facts that decide which fields are selected. Of the variables, only those in `@skip` and `@include` count. */
export interface Selecting {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
  readonly conditions: Args;
}

/**
 * Collects the fields that an object of a type is asked for, by response key: CollectFields() of the GraphQL
 * specification (§6.3.2). @throws GraphQLError if a `@skip` or `@include` has no usable condition
 */
export function collectFields(
  selecting: Selecting,
  type: GraphQLObjectType,
  sets: ReadonlyArray<SelectionSetNode | undefined>,
): ReadonlyMap<string, readonly FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const seen = new Set<string>();
  const visit = (selection: SelectionNode): void => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = spread(selecting, selection.name.value, seen, selection);
      if (fragment !== undefined) visitFragment(fragment);
    } else if (isIncluded(selecting, selection)) {
      if (selection.kind === Kind.FIELD) addField(fields, selection);
      else visitFragment(selection);
    }
  };
  const visitFragment = (fragment: FragmentDefinitionNode | InlineFragmentNode): void => {
    if (applies(selecting.schema, fragment, type)) fragment.selectionSet.selections.forEach(visit);
  };
  for (const set of sets) set?.selections.forEach(visit);
  return fields;
}

function addField(fields: Map<string, FieldNode[]>, node: FieldNode): void {
  const key = node.alias?.value ?? node.name.value;
  const known = fields.get(key);
  if (known === undefined) fields.set(key, [node]);
  else known.push(node);
}

/** Returns the fragment of a spread. It counts once in a selection, at the first spread that is not skipped. */
function spread(
  selecting: Selecting,
  name: string,
  seen: Set<string>,
  node: SelectionNode,
): FragmentDefinitionNode | undefined {
  if (seen.has(name) || !isIncluded(selecting, node)) return undefined;
  seen.add(name);
  return selecting.fragments[name];
}

function isIncluded({ conditions }: Selecting, node: SelectionNode): boolean {
  if (node.directives === undefined || node.directives.length === 0) return true;
  if (getDirectiveValues(GraphQLSkipDirective, node, conditions)?.['if'] === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, conditions)?.['if'] !== false;
}

function applies(
  schema: GraphQLSchema,
  { typeCondition }: FragmentDefinitionNode | InlineFragmentNode,
  type: GraphQLObjectType,
): boolean {
  if (typeCondition === undefined) return true;
  const wanted = typeFromAST(schema, typeCondition);
  return wanted === type || (isAbstractType(wanted) && schema.isSubType(wanted, type));
}
