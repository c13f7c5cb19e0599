import {
  getNullableType,
  isInputObjectType,
  isLeafType,
  isListType,
  isObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import type { SchemaProblem } from '../../model/access-errors.ts';
import type { Policy } from '../../policy/define-policy.ts';
import type { AccessModel, FieldRule, SubjectRule } from '../access-model.ts';
import { rootNames } from '../compile-model.ts';
import type { CanUse, ElementReader } from '../element-reader.ts';

/** The means that the host gave to decide on rows. */
export interface RowKnowledge {
  readonly policies: ReadonlyMap<string, Policy>;
  readonly canLoad: boolean;
  /** The actions whose condition reads arguments, as `Type.action`. */
  readonly argumentActions: ReadonlySet<string>;
}

/**
 * Finds each `@can` without a policy that knows its action, and on a root field without a loader or an id argument.
 */
export function problemsOfSubjects(
  schema: GraphQLSchema,
  model: AccessModel,
  elements: ElementReader,
  known: RowKnowledge,
): SchemaProblem[] {
  const roots = rootNames(schema);
  const ofTypes = [...model.types].flatMap(([name, { actions }]) =>
    roots.has(name) && actions.length > 0
      ? [schemaProblem(name, 'a root type has no rows.', 'Put @can on its fields.')]
      : actions.flatMap((action) => problemsOfTypeAction(name, action, known)),
  );
  const ofFields = [...model.fields.values()].flatMap((rule) => {
    if (!isObjectType(schema.getType(rule.typeName))) return [];
    const ofParent = rule.actions.flatMap((action) => problemsOfAction(rule.coordinate, rule.typeName, action, known));
    return [...ofParent, ...rule.subjects.flatMap((subject) => problemsOfSubject(schema, rule, subject, known))];
  });
  return [...ofTypes, ...ofFields, ...problemsOfStrayArguments(schema, elements, roots)];
}

function schemaProblem(coordinate: string, problem: string, remedy: string): SchemaProblem {
  return { coordinate: `${coordinate} @can`, problem, remedy };
}

function problemsOfAction(
  coordinate: string,
  type: string,
  action: string,
  { policies }: RowKnowledge,
): SchemaProblem[] {
  const policy = policies.get(type);
  if (policy === undefined)
    return [schemaProblem(coordinate, `there is no policy for ${type}.`, 'Write one by definePolicy.')];
  if (Object.hasOwn(policy.actions, action)) return [];
  return [
    schemaProblem(coordinate, `the policy of ${type} knows no action ${action}.`, 'Add the action, or correct it.'),
  ];
}

/** Checks an action of a type's own rows, which are reached by fields of any arguments. */
function problemsOfTypeAction(type: string, action: string, known: RowKnowledge): SchemaProblem[] {
  if (!known.argumentActions.has(`${type}.${action}`)) return problemsOfAction(type, type, action, known);
  const problem = `its action ${action} reads arguments, which the rows of a type do not have.`;
  return [schemaProblem(type, problem, 'Use the action on fields, or write another for the type.')];
}

function problemsOfSubject(
  schema: GraphQLSchema,
  { coordinate, typeName, fieldName }: FieldRule,
  { type, action, idPath }: SubjectRule,
  known: RowKnowledge,
): SchemaProblem[] {
  if (!isObjectType(schema.getType(type))) {
    return [schemaProblem(coordinate, `${type} is no object type.`, 'Name the type of the subject by `on`.')];
  }
  const parent = schema.getType(typeName);
  const args = isObjectType(parent) ? (parent.getFields()[fieldName]?.args ?? []) : [];
  const argument = args.find(({ name }) => name === idPath[0]);
  const hasId = argument !== undefined && leadsToId(argument.type, idPath.slice(1));
  return [
    ...problemsOfAction(coordinate, type, action, known),
    ...(hasId
      ? []
      : [schemaProblem(coordinate, `no argument ${idPath.join('.')} holds one id.`, 'Name the argument by `id`.')]),
    ...(known.canLoad ? [] : [schemaProblem(coordinate, 'there is no loader.', 'Give guardSchema a `load`.')]),
  ];
}

function leadsToId(type: GraphQLInputType, path: readonly string[]): boolean {
  const [next, ...rest] = path;
  const bare = getNullableType(type);
  if (isListType(bare)) return false;
  if (next === undefined) return isLeafType(bare);
  const field = isInputObjectType(bare) ? bare.getFields()[next] : undefined;
  return field !== undefined && leadsToId(field.type, rest);
}

function namesSubject(can: CanUse): boolean {
  return can.on !== undefined || can.id !== undefined;
}

/** Finds `on` and `id` outside root fields: the row is the object itself there. */
function problemsOfStrayArguments(
  schema: GraphQLSchema,
  elements: ElementReader,
  roots: ReadonlySet<string>,
): SchemaProblem[] {
  return [...elements.entries()].flatMap(([coordinate, { cans }]) => {
    const [typeName = ''] = coordinate.split('.');
    const isRootField = coordinate.includes('.') && roots.has(typeName);
    if (isRootField || schema.getType(typeName) === undefined || !cans.some(namesSubject)) return [];
    return [schemaProblem(coordinate, '`on` and `id` mean nothing here.', 'Drop them: the row is the object itself.')];
  });
}
