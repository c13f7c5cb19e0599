import {
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';
import type { FieldRule } from '../schema/access-model.ts';
import { denialAt, refusalOf, type Denial } from './decisions.ts';
import type { Args, Guard, Operation, Resolver } from './guard.ts';
import { createInputGuards, firstOf, type InputGuards } from './input-guard.ts';
import { withoutMarks } from './marked-defaults.ts';
import { currentOperation } from './operation.ts';

/** Checks a field's arguments, as the schema that is executed coerced them, if the caller supplies them. */
export type ArgumentGuard = (
  args: Args,
  supplied: ReadonlySet<string>,
  operation: Operation,
  schema: GraphQLSchema,
) => Denial | undefined;

/** The guards of arguments, by field coordinate. Fields without a rule below their arguments have none. */
export type ArgumentGuards = ReadonlyMap<string, ArgumentGuard>;

/** Prepares the guards of all arguments of a schema. */
export function argumentGuardsOf(
  schema: GraphQLSchema,
  guard: Guard,
  inputs: InputGuards = createInputGuards(schema, guard.model),
): ArgumentGuards {
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  const guards = types.flatMap((type) =>
    Object.values<GraphQLField<unknown, unknown>>(type.getFields()).flatMap((field) => {
      const rule = guard.model.fields.get(`${type.name}.${field.name}`);
      const denialFor = rule && argumentGuard(rule, field.args, inputs);
      return denialFor === undefined ? [] : [[`${type.name}.${field.name}`, denialFor] as const];
    }),
  );
  return new Map(guards);
}

function argumentGuard(
  rule: FieldRule,
  args: readonly GraphQLArgument[],
  inputs: InputGuards,
): ArgumentGuard | undefined {
  const rules = args
    .map(({ name, type }) => {
      const requirement = rule.args.get(name);
      return { name, coordinate: `${rule.coordinate}(${name}:)`, requirement, within: inputs.guardOf(type) };
    })
    .filter(({ requirement, within }) => requirement !== undefined || within !== undefined);
  if (rules.length === 0) return undefined;
  return (values, supplied, operation, schema) =>
    firstOf(rules, ({ name, coordinate, requirement, within }) => {
      if (!supplied.has(name)) return undefined;
      return denialAt(operation, coordinate, requirement) ?? within?.(values[name], operation, schema);
    });
}

/** Refuses a field whose caller supplies what it may not, and hands plain values to the resolver. */
export function withArguments(
  guard: Guard,
  args: readonly GraphQLArgument[],
  denialFor: ArgumentGuard,
  resolve: Resolver,
): Resolver {
  return (source, values, contextValue, info) => {
    const operation = currentOperation(guard, info, contextValue);
    const supplied = suppliedArguments(info.fieldNodes[0], info.variableValues);
    const denial = denialFor(values, supplied, operation, info.schema);
    if (denial !== undefined) throw refusalOf(operation, denial.code, denial.requirement);
    return resolve(source, plainArguments(args, values), contextValue, info);
  };
}

function plainArguments(args: readonly GraphQLArgument[], values: Args): Args {
  const types = new Map(args.map(({ name, type }) => [name, type]));
  const entries = Object.entries(values).map(([name, value]) => {
    const type = types.get(name);
    return [name, type === undefined ? value : withoutMarks(type, value)] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Names the arguments that the caller supplies: those written in the document, and if as a variable, with a value. A
 * default that the document gives its variable counts (it is in the coerced variables); the SDL's default does not.
 */
export function suppliedArguments(node: FieldNode | undefined, variableValues: Args): ReadonlySet<string> {
  const written = (node?.arguments ?? []).filter(
    ({ value }) => value.kind !== Kind.VARIABLE || Object.hasOwn(variableValues, value.name.value),
  );
  return new Set(written.map(({ name }) => name.value));
}
