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
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Args } from './guard.ts';

/** An operation with its variables: `GraphQLResolveInfo` is one, and so is a document that is only analysed. */
export interface Request {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode | undefined>>;
  readonly variableValues: Args;
}

export type Selection = ReadonlyMap<string, readonly FieldNode[]>;

/**
 * Collects the fields that are selected of an object, by response key: CollectFields() of the GraphQL specification
 * (§6.3.2), with `@skip` and `@include` honoured on fields, spreads and fragments.
 */
export function requestedFields(
  request: Request,
  type: GraphQLObjectType,
  sets: ReadonlyArray<SelectionSetNode | undefined>,
): Selection {
  const fields = new Map<string, FieldNode[]>();
  const seen = new Set<string>();
  const visit = (selection: SelectionNode): void => {
    if (!isIncluded(request, selection)) return;
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value;
      const nodes = fields.get(key) ?? [];
      nodes.push(selection);
      fields.set(key, nodes);
      return;
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? spread(request, selection.name.value, seen) : selection;
    if (fragment === undefined || !applies(request.schema, fragment.typeCondition, type)) return;
    fragment.selectionSet.selections.forEach(visit);
  };
  for (const set of sets) set?.selections.forEach(visit);
  return fields;
}

function spread(request: Request, name: string, seen: Set<string>): FragmentDefinitionNode | undefined {
  if (seen.has(name)) return undefined;
  seen.add(name);
  return request.fragments[name];
}

function isIncluded({ variableValues }: Request, node: SelectionNode): boolean {
  if (node.directives === undefined || node.directives.length === 0) return true;
  const skip = getDirectiveValues(GraphQLSkipDirective, node, variableValues);
  const include = getDirectiveValues(GraphQLIncludeDirective, node, variableValues);
  return skip?.['if'] !== true && include?.['if'] !== false;
}

function applies(
  schema: GraphQLSchema,
  condition: FragmentDefinitionNode['typeCondition'] | undefined,
  type: GraphQLObjectType,
): boolean {
  if (condition === undefined) return true;
  const wanted = typeFromAST(schema, condition);
  return wanted === type || (isAbstractType(wanted) && schema.isSubType(wanted, type));
}

/** Collects the fields at the root of an operation. */
export function rootSelection(request: Request): { readonly type: GraphQLObjectType; readonly fields: Selection } {
  const type = request.schema.getRootType(request.operation.operation);
  if (!type) throw new TypeError('The schema has no root type for this kind of operation.');
  return { type, fields: requestedFields(request, type, [request.operation.selectionSet]) };
}
