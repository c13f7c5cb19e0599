import { defaultFieldResolver, isObjectType, type GraphQLField, type GraphQLSchema } from 'graphql';
import type { FieldRule } from '../schema/access-model.ts';
import { unrestricted } from '../schema/requirement-table.ts';
import { withArguments, type ArgumentGuards } from './argument-guard.ts';
import { countedList, withCount } from './count-guard.ts';
import { nodeFieldOf, withNodeAhead } from './edge-guard.ts';
import { withAdmittedEvents, withEventRights, withEventValue } from './event-guard.ts';
import { eventRowsCheck } from './event-rows.ts';
import { baseResolver, type Guard, type Resolver } from './guard.ts';
import { withOperationCheck } from './operation-guard.ts';
import { withParent } from './parent-guard.ts';
import { withRequirement } from './requirement-guard.ts';
import { resultCheck, withResult, type ResultCheck } from './result-guard.ts';
import { withSubjects } from './subject-guard.ts';

type Field = GraphQLField<unknown, unknown>;

/** A field and what its guards are made from. */
export interface GuardedField {
  readonly guard: Guard;
  readonly schema: GraphQLSchema;
  readonly rule: FieldRule;
  readonly field: Field;
  readonly argumentGuards: ArgumentGuards;
}

type Layer = (resolve: Resolver) => Resolver;

/** Makes the resolver of a field with all its guards; `undefined` if nothing guards it, so that it is left alone. */
export function guardResolver(of: GuardedField): Resolver | undefined {
  const { guard, schema, rule, field } = of;
  const check = resultCheck(guard, schema, field.type, rule.isPositional);
  const isEvent = schema.getSubscriptionType()?.name === rule.typeName;
  const layers = [...countLayers(of), ...resultLayers(of, check), ...(isEvent ? [withEventValue] : [])];
  const guards = [...admissionLayers(of), ...parentLayers(of), ...layers];
  if (guards.length === 0)
    return readsBesideGuarded(of) ? withRequirement(guard, rule, defaultFieldResolver) : undefined;
  const admitted = wrap(guards, baseResolver(guard, field.resolve));
  return isEvent ? withEventRights(guard, admitted) : admitted;
}

/**
 * Tells whether an open field that reads its property has guarded neighbours that do. It then gets the same function as
 * they: graphql-js calls all of them from one call site, and two kinds of functions there cost more than a comparison.
 */
function readsBesideGuarded({ guard, schema, rule, field }: GuardedField): boolean {
  const type = schema.getType(rule.typeName);
  if (field.resolve !== undefined || guard.options.fieldResolver !== undefined || !isObjectType(type)) return false;
  return Object.values(type.getFields()).some(
    ({ name, resolve }) =>
      resolve === undefined && guard.model.fields.get(`${rule.typeName}.${name}`)?.requirement !== unrestricted,
  );
}

/** Makes the guarded `subscribe` of a subscription field: refused before the source opens, decided for each event. */
export function guardSubscribe(of: GuardedField): Resolver {
  const { guard, schema, rule, field } = of;
  const check = resultCheck(guard, schema, field.type);
  const resolve = baseResolver(guard, field.resolve);
  const open = withAdmittedEvents(
    { guard, requirement: rule.requirement, resolve, check, checkBelow: eventRowsCheck(guard, schema, field.type) },
    baseResolver(guard, field.subscribe),
  );
  return wrap(admissionLayers(of), open);
}

/** Wraps a resolver in layers, which a field passes from the first to the last. */
function wrap(layers: readonly Layer[], base: Resolver): Resolver {
  return layers.reduceRight((resolve, layer) => layer(resolve), base);
}

/**
 * Lists what is decided before anything runs: the operation as a whole, the requirement, the arguments, the subjects.
 */
function admissionLayers({ guard, rule, field, argumentGuards }: GuardedField): readonly Layer[] {
  const layers: Layer[] = [];
  const denialFor = argumentGuards.get(rule.coordinate);
  if (rule.isRoot) layers.push((resolve) => withOperationCheck(guard, argumentGuards, resolve));
  if (rule.requirement !== unrestricted) layers.push((resolve) => withRequirement(guard, rule, resolve));
  if (denialFor !== undefined) layers.push((resolve) => withArguments(guard, field.args, denialFor, resolve));
  if (rule.subjects.length > 0) layers.push((resolve) => withSubjects(guard, rule.subjects, resolve));
  return layers;
}

function parentLayers({ guard, rule }: GuardedField): readonly Layer[] {
  return rule.actions.map((action) => (resolve: Resolver) => withParent(guard, rule.typeName, action, resolve));
}

function countLayers({ guard, schema, rule }: GuardedField): readonly Layer[] {
  const parent = schema.getType(rule.typeName);
  const counted = isObjectType(parent) ? countedList(guard, schema, parent, rule.fieldName) : undefined;
  return counted === undefined ? [] : [(resolve) => withCount(guard, counted, resolve)];
}

function resultLayers({ guard, schema, rule, field }: GuardedField, check: ResultCheck | undefined): readonly Layer[] {
  if (check === undefined) return [];
  const parent = schema.getType(rule.typeName);
  const isNode = isObjectType(parent) && nodeFieldOf(parent)?.name === field.name;
  const checked: Layer = (resolve) => withResult(guard, field.type, check, resolve);
  return isNode ? [checked, (resolve) => withNodeAhead(guard, resolve)] : [checked];
}
