import type { GraphQLRequestContext } from '@apollo/server';
import { getArgumentValues, type GraphQLError, OperationTypeNode, type FieldNode, type GraphQLSchema } from 'graphql';
import type { OnRefused, Provenance, Refusal } from '../audit/record.ts';
import { isUuid } from '../database/ids.ts';
import type { RequestContext } from '../request/context.ts';
import { coordinateAt } from './coordinate-at.ts';
import { coerceVariables, executedFields, fragmentsOf, type Variables, writtenFields } from './executed-fields.ts';
import { refusedAsAWhole } from './format-error.ts';
import { requestRefusalOf } from './request-refusal.ts';

/** Refusals of what a caller may not do, or not now; wrong passwords and codes have events of their own. */
const refusing = new Set<unknown>([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'MFA_REQUIRED',
  'REAUTHENTICATION_REQUIRED',
  'RATE_LIMITED',
]);

/** The most fields that one event names. */
const maxFields = 20;

export interface ReportRefusalsDeps {
  /** Called for what was refused, before the answer leaves. */
  readonly onRefused: OnRefused;
  /** True if what was refused to be read is reported, too, and refusals tell the id of their event. */
  readonly tellsRefusalIds: boolean;
}

/** Finds the id of the event of a refusal, by the error that tells of it. */
export type RefusalIdOf = (error: Refused) => string | undefined;

type Context = GraphQLRequestContext<RequestContext>;

/**
 * A refusal, and the errors that tell of it: by the first key of their paths, or, of what is read, by any deeper one.
 */
interface Reported {
  readonly refusal: Refusal;
  readonly key?: string | number | undefined;
}

/**
 * Reports refused root fields of mutations, whether refused one by one or before anything ran, and, where ids are told,
 * the fields that an operation was refused to read.
 */
export async function reportRefusals(
  { onRefused, tellsRefusalIds }: ReportRefusalsDeps,
  context: Context,
): Promise<RefusalIdOf> {
  const errors = context.errors ?? [];
  const refused = (refusedAsAWhole(errors) ?? errors).filter(isRefusal);
  const isMutation = context.operation?.operation === OperationTypeNode.MUTATION;
  const ofRoots = isMutation ? mutationsRefused(context, refused) : [];
  const ofReads = tellsRefusalIds ? readsRefused(context, isMutation, refused) : [];
  const reported = [...ofRoots, ...ofReads];
  if (reported.length === 0) return () => undefined;
  const ids = await onRefused(
    context.contextValue,
    reported.map(({ refusal }) => refusal),
  );
  if (!tellsRefusalIds) return () => undefined;
  return (error) => {
    if (!isRefusal(error)) return undefined;
    const isRoot = isMutation && isOfRoot(error);
    const at = reported.findIndex(({ refusal, key }) =>
      isRoot
        ? refusal.kind === 'mutation' && (error.path === undefined || error.path[0] === key)
        : refusal.kind === 'reads',
    );
    return ids[at] ?? undefined;
  };
}

/** Reports an operation that was refused as a whole, such as for its cost, before or after it ran. */
export async function reportRequestRefused(
  onRefused: OnRefused,
  provenance: Provenance,
  errors: ReadonlyArray<Pick<GraphQLError, 'originalError'>>,
): Promise<void> {
  const refusals = errors.flatMap(({ originalError }) => requestRefusalOf(originalError) ?? []);
  const byReason = new Map(refusals.map((refusal) => [refusal.reason, refusal]));
  if (byReason.size > 0) await onRefused(provenance, [...byReason.values()]);
}

interface Refused {
  readonly path?: ReadonlyArray<string | number> | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

const isRefusal = ({ extensions }: Refused): boolean => refusing.has(extensions?.['code']);

const isOfRoot = ({ path }: Refused): boolean => path === undefined || path.length === 1;

const codeOf = ({ extensions }: Refused): string => String(extensions?.['code']);

function mutationsRefused(context: Context, refused: readonly Refused[]): Reported[] {
  const ofRoots = refused.filter(isOfRoot);
  if (ofRoots.length === 0) return [];
  const fields = rootFields(context).map((field) => ({ ...field, key: (field.node.alias ?? field.node.name).value }));
  return ofRoots.flatMap((error) =>
    fields
      .filter(({ key }) => error.path === undefined || key === error.path[0])
      .map(({ key, node, subjectId }) => ({
        key,
        refusal: { kind: 'mutation', field: node.name.value, code: codeOf(error), subjectId },
      })),
  );
}

/** Joins what an operation was refused to read into one refusal. */
function readsRefused(
  { schema, document, operation }: Context,
  isMutation: boolean,
  refused: readonly Refused[],
): Reported[] {
  if (document === undefined || operation === undefined) return [];
  const reads = refused.filter((error) => error.path !== undefined && !(isMutation && isOfRoot(error)));
  const [first] = reads;
  if (first === undefined) return [];
  const fragments = fragmentsOf(document);
  const fields = keyPathsOf(reads).flatMap((keys) => coordinateAt(schema, operation, fragments, keys) ?? []);
  return [{ refusal: { kind: 'reads', fields: [...new Set(fields)].toSorted(), code: codeOf(first) } }];
}

/** Lists where in the operation errors arose, whatever the rows: the first so many places. */
function keyPathsOf(errors: readonly Refused[]): string[][] {
  const places = new Map<string, string[]>();
  for (const { path = [] } of errors) {
    const keys = path.filter((key) => typeof key === 'string');
    places.set(keys.join('.'), keys);
    if (places.size === maxFields) break;
  }
  return [...places.values()];
}

interface RootField {
  readonly node: FieldNode;
  readonly subjectId: string | null;
}

/**
 * Lists the root fields by the variables as they were executed: a default is not among the variables that were sent.
 */
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
    // Refused for its credential, before its variables were read: the fields are known, their subjects are not.
    return writtenFields(operation.selectionSet, fragments).map((node) => ({ node, subjectId: null }));
  }
}

/** Finds the first argument that is an id. */
function idGivenTo(node: FieldNode, schema: GraphQLSchema, variables: Variables): string | null {
  const definition = schema.getMutationType()?.getFields()[node.name.value];
  if (definition === undefined) return null;
  try {
    const values = Object.values(getArgumentValues(definition, node, variables));
    return values.find((value): value is string => typeof value === 'string' && isUuid(value))?.toLowerCase() ?? null;
  } catch {
    // Arguments that cannot be read name no subject.
    return null;
  }
}
