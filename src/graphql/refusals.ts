import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server';
import { getArgumentValues, OperationTypeNode, type FieldNode } from 'graphql';
import { isUuid } from '../input.ts';
import type { OnRefused, Refusal } from '../record.ts';
import type { RequestScope } from '../request.ts';
import { refusedAsAWhole } from './answers.ts';
import { executedFields, fragmentsOf } from './executed-fields.ts';

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
  const fields = rootFields(context);
  const errors = context.errors ?? [];
  return (refusedAsAWhole(errors) ?? errors).flatMap(({ path, extensions }) => {
    const code = extensions?.['code'];
    if (typeof code !== 'string' || !refusing.has(code) || (path !== undefined && path.length > 1)) return [];
    const [key] = path ?? [];
    const refused = key === undefined ? fields : fields.filter((node) => (node.alias ?? node.name).value === key);
    return refused.map((node) => ({ field: node.name.value, code, subjectId: idGivenTo(node, context) }));
  });
}

function rootFields({ document, operation, request }: Context): FieldNode[] {
  if (document === undefined || operation === undefined) return [];
  return executedFields(operation.selectionSet, fragmentsOf(document), request.variables ?? {});
}

/** The first argument that is an id. */
function idGivenTo(node: FieldNode, { schema, request }: Context): string | null {
  const definition = schema.getMutationType()?.getFields()[node.name.value];
  if (definition === undefined) return null;
  try {
    const values = Object.values(getArgumentValues(definition, node, request.variables));
    return values.find((value): value is string => typeof value === 'string' && isUuid(value))?.toLowerCase() ?? null;
  } catch {
    // Arguments that cannot be read name nothing.
    return null;
  }
}
