import { getNullableType, isInputObjectType, isLeafType, isListType, isObjectType } from 'graphql';
import type { GraphQLInputType, GraphQLSchema } from 'graphql';
import type { Offence } from '../../errors.ts';
import type { Policy } from '../../policy/define.ts';
import { rootNames } from '../compile.ts';
import type { CanUse } from '../element.ts';
import type { AccessModel, FieldRule, SubjectRule } from '../model.ts';
import type { Rulebook } from '../rulebook.ts';

/** What is known about rows while the schema builds. */
export interface RowKnowledge {
  readonly policies: ReadonlyMap<string, Policy>;
  readonly canLoad: boolean;
}

/** Every `@can` needs a policy that knows its action; on a root field, a loader and an argument with the id as well. */
export function offencesOfSubjects(
  schema: GraphQLSchema,
  model: AccessModel,
  book: Rulebook,
  known: RowKnowledge,
): Offence[] {
  const roots = rootNames(schema);
  const ofTypes = [...model.types].flatMap(([name, { actions }]) =>
    roots.has(name) && actions.length > 0
      ? [offence(name, 'a root type has no rows.', 'Put @can on its fields.')]
      : actions.flatMap((action) => offencesOfAction(name, name, action, known)),
  );
  const ofFields = [...model.fields.values()].flatMap((rule) => {
    if (!isObjectType(schema.getType(rule.typeName))) return [];
    const ofParent = rule.actions.flatMap((action) => offencesOfAction(rule.coordinate, rule.typeName, action, known));
    return [...ofParent, ...rule.subjects.flatMap((subject) => offencesOfSubject(schema, rule, subject, known))];
  });
  return [...ofTypes, ...ofFields, ...offencesOfStrayArguments(schema, book, roots)];
}

function offence(coordinate: string, problem: string, remedy: string): Offence {
  return { coordinate: `${coordinate} @can`, problem, remedy };
}

function offencesOfAction(coordinate: string, type: string, action: string, { policies }: RowKnowledge): Offence[] {
  const policy = policies.get(type);
  if (policy === undefined)
    return [offence(coordinate, `there is no policy for ${type}.`, 'Write one by definePolicy.')];
  if (Object.hasOwn(policy.actions, action)) return [];
  return [offence(coordinate, `the policy of ${type} knows no action ${action}.`, 'Add the action, or correct it.')];
}

function offencesOfSubject(
  schema: GraphQLSchema,
  { coordinate, typeName, fieldName }: FieldRule,
  { type, action, idPath }: SubjectRule,
  known: RowKnowledge,
): Offence[] {
  if (!isObjectType(schema.getType(type))) {
    return [offence(coordinate, `${type} is no object type.`, 'Name the type of the subject by `on`.')];
  }
  const parent = schema.getType(typeName);
  const args = isObjectType(parent) ? (parent.getFields()[fieldName]?.args ?? []) : [];
  const argument = args.find(({ name }) => name === idPath[0]);
  const hasId = argument !== undefined && leadsToId(argument.type, idPath.slice(1));
  return [
    ...offencesOfAction(coordinate, type, action, known),
    ...(hasId
      ? []
      : [offence(coordinate, `no argument ${idPath.join('.')} holds one id.`, 'Name the argument by `id`.')]),
    ...(known.canLoad ? [] : [offence(coordinate, 'there is no loader.', 'Give guardSchema a `load`.')]),
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

/** `on` and `id` say which row a root field means. Elsewhere the row is the object itself. */
function offencesOfStrayArguments(schema: GraphQLSchema, book: Rulebook, roots: ReadonlySet<string>): Offence[] {
  return [...book.entries()].flatMap(([coordinate, { cans }]) => {
    const [typeName = ''] = coordinate.split('.');
    const isRootField = coordinate.includes('.') && roots.has(typeName);
    if (isRootField || schema.getType(typeName) === undefined || !cans.some(namesSubject)) return [];
    return [offence(coordinate, '`on` and `id` mean nothing here.', 'Drop them: the row is the object itself.')];
  });
}
