import { defaultFieldResolver, isObjectType } from 'graphql';
import type { GraphQLField, GraphQLSchema } from 'graphql';
import type { FieldRule } from '../schema/model.ts';
import { OPEN } from '../schema/requirement-table.ts';
import { withArguments } from './args-guard.ts';
import { baseResolver } from './base-resolver.ts';
import { nodeFieldOf, withNodeAhead } from './edge-guard.ts';
import { withAdmittedEvents, withEventRights, withEventValue } from './events.ts';
import type { Guard, Resolver } from './guard.ts';
import { withParent } from './parent-guard.ts';
import { withRequirement } from './requirement-guard.ts';
import { resultCheck, withResult } from './result-guard.ts';
import type { ResultCheck } from './result-guard.ts';
import { withSubjects } from './subject-guard.ts';
import { withWhole } from './whole-guard.ts';
import type { ArgsGuards } from './whole-guard.ts';

type Field = GraphQLField<unknown, unknown>;

/** What the guards of one field are made from. */
export interface GuardedField {
  readonly guard: Guard;
  readonly schema: GraphQLSchema;
  readonly rule: FieldRule;
  readonly field: Field;
  readonly argsGuards: ArgsGuards;
}

type Layer = (resolve: Resolver) => Resolver;

/** The resolver of a field behind all its guards; `undefined` where nothing guards it, and it is left alone. */
export function guardResolver(of: GuardedField): Resolver | undefined {
  const { guard, schema, rule, field } = of;
  const check = resultCheck(guard, schema, field.type);
  const isEvent = schema.getSubscriptionType()?.name === rule.typeName;
  const layers = [...resultLayers(of, check), ...(isEvent ? [withEventValue] : [])];
  const guards = [...admissionLayers(of), ...parentLayers(of), ...layers];
  if (guards.length === 0)
    return readsBesideGuarded(of) ? withRequirement(guard, rule, defaultFieldResolver) : undefined;
  const admitted = wrap(guards, baseResolver(guard, field.resolve));
  return isEvent ? withEventRights(guard, admitted) : admitted;
}

/**
 * Whether an open field that reads its property stands among guarded ones that do. It then gets the same function as
 * they: graphql-js calls all of them at one place, and two kinds of functions there cost more than the comparison.
 */
function readsBesideGuarded({ guard, schema, rule, field }: GuardedField): boolean {
  const type = schema.getType(rule.typeName);
  if (field.resolve !== undefined || guard.options.fieldResolver !== undefined || !isObjectType(type)) return false;
  return Object.values(type.getFields()).some(
    ({ name, resolve }) =>
      resolve === undefined && guard.model.fields.get(`${rule.typeName}.${name}`)?.requirement !== OPEN,
  );
}

/** The guarded `subscribe` of a subscription's root field: refused before the source opens, judged for each event. */
export function guardSubscribe(of: GuardedField): Resolver {
  const { guard, schema, rule, field } = of;
  const check = resultCheck(guard, schema, field.type);
  const resolve = baseResolver(guard, field.resolve);
  const open = withAdmittedEvents(
    { guard, requirement: rule.requirement, resolve, check },
    baseResolver(guard, field.subscribe),
  );
  return wrap(admissionLayers(of), open);
}

/** From the outside in, as a field passes them. */
function wrap(layers: readonly Layer[], base: Resolver): Resolver {
  return layers.reduceRight((resolve, layer) => layer(resolve), base);
}

/** What can be told before anything runs: the operation as a whole, the requirement, the arguments, the subjects. */
function admissionLayers({ guard, rule, field, argsGuards }: GuardedField): readonly Layer[] {
  const layers: Layer[] = [];
  const denialFor = argsGuards.get(rule.coordinate);
  if (rule.isRoot) layers.push((resolve) => withWhole(guard, argsGuards, resolve));
  if (rule.requirement !== OPEN) layers.push((resolve) => withRequirement(guard, rule, resolve));
  if (denialFor !== undefined) layers.push((resolve) => withArguments(guard, field.args, denialFor, resolve));
  if (rule.subjects.length > 0) layers.push((resolve) => withSubjects(guard, rule.subjects, resolve));
  return layers;
}

function parentLayers({ guard, rule }: GuardedField): readonly Layer[] {
  return rule.actions.map((action) => (resolve: Resolver) => withParent(guard, rule.typeName, action, resolve));
}

function resultLayers({ guard, schema, rule, field }: GuardedField, check: ResultCheck | undefined): readonly Layer[] {
  if (check === undefined) return [];
  const parent = schema.getType(rule.typeName);
  const isNode = isObjectType(parent) && nodeFieldOf(parent)?.name === field.name;
  const judged: Layer = (resolve) => withResult(guard, field.type, check, resolve);
  return isNode ? [judged, (resolve) => withNodeAhead(guard, resolve)] : [judged];
}
