import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server';
import { getArgumentValues, OperationTypeNode, type FieldNode, type GraphQLSchema } from 'graphql';
import { isUuid } from '../input.ts';
import type { OnRefused, Refusal } from '../record.ts';
import type { RequestScope } from '../request.ts';
import { refusedAsAWhole } from './answers.ts';
import { coerceVariables, executedFields, fragmentsOf, writtenFields, type Variables } from './executed-fields.ts';

/** Wrong proofs have events of their own; these are refusals of what a caller may not do, or not now. */
const refusing = new Set<unknown>([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'MFA_REQUIRED',
  'REAUTHENTICATION_REQUIRED',
  'RATE_LIMITED',
]);

/** Tells of the root fields of mutations that were refused, whether one by one or before anything ran. */
export const tellRefusals = (onRefused: OnRefused): ApolloServerPlugin<RequestScope> => ({
  requestDidStart: async () => ({
    async willSendResponse(context) {
      if (context.operation?.operation !== OperationTypeNode.MUTATION) return;
      const refusals = refusalsOf(context);
      if (refusals.length > 0) await onRefused(context.contextValue, refusals);
    },
  }),
});

type Context = GraphQLRequestContext<RequestScope>;

function refusalsOf(context: Context): Refusal[] {
  const errors = context.errors ?? [];
  const refused = (refusedAsAWhole(errors) ?? errors).flatMap(({ path, extensions }) => {
    const code = extensions?.['code'];
    return typeof code === 'string' && refusing.has(code) && (path === undefined || path.length === 1)
      ? [{ code, key: path?.[0] }]
      : [];
  });
  if (refused.length === 0) return [];
  const fields = rootFields(context);
  return refused.flatMap(({ code, key }) =>
    fields
      .filter(({ node }) => key === undefined || (node.alias ?? node.name).value === key)
      .map(({ node, subjectId }) => ({ field: node.name.value, code, subjectId })),
  );
}

interface RootField {
  readonly node: FieldNode;
  readonly subjectId: string | null;
}

/** By the variables as they were executed: one that has its value by default is not among those that were sent. */
function rootFields({ schema, document, operation, request }: Context): RootField[] {
  if (document === undefined || operation === undefined) return [];
  const fragments = fragmentsOf(document);
  try {
    const variables = coerceVariables(schema, operation, request.variables ?? {});
    return executedFields(operation.selectionSet, fragments, variables).map((node) => ({
      node,
      subjectId: idGivenTo(node, schema, variables),
    }));
  } catch {
    // Refused for its credential, before its variables were looked at: what it asked for is told, of whom is not.
    return writtenFields(operation.selectionSet, fragments).map((node) => ({ node, subjectId: null }));
  }
}

/** The first argument that is an id. */
function idGivenTo(node: FieldNode, schema: GraphQLSchema, variables: Variables): string | null {
  const definition = schema.getMutationType()?.getFields()[node.name.value];
  if (definition === undefined) return null;
  try {
    const values = Object.values(getArgumentValues(definition, node, variables));
    return values.find((value): value is string => typeof value === 'string' && isUuid(value))?.toLowerCase() ?? null;
  } catch {
    // Arguments that cannot be read name nothing.
    return null;
  }
}
