import { mapSchema, MapperKind } from '@graphql-tools/utils';
import {
  getNamedType,
  GraphQLInterfaceType,
  GraphQLUnionType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import type { GraphQLInputFieldConfig, GraphQLSchema } from 'graphql';
import { installIntrospection } from './introspection/install.ts';
import type { GuardOptions } from './options.ts';
import { relatedTypeOf, rememberSchema } from './policy/relations.ts';
import { guardedTypeResolver, typeResolverOf } from './runtime/abstract-guard.ts';
import { argsGuardsOf } from './runtime/args-guards.ts';
import { isMarked, letPrintMarks, markDefault, rememberMarks } from './runtime/defaults.ts';
import { guardResolver, guardSubscribe } from './runtime/field-guards.ts';
import type { GuardedField } from './runtime/field-guards.ts';
import { emptyMemory, extensionsOf, findGuard, registerGuard } from './runtime/guard.ts';
import type { Guard } from './runtime/guard.ts';
import { createInputGuards } from './runtime/input-guard.ts';
import type { InputGuards } from './runtime/input-guard.ts';
import type { ArgsGuards } from './runtime/whole-guard.ts';
import { buildRules } from './schema/build.ts';

/**
 * Puts a guard before every path of a schema, as its directives say. What the schema says nothing about is left as it
 * was; the schema given is not changed.
 *
 * @throws AccessSchemaError listing every offender, each with its coordinate and the remedy
 */
export function guardSchema<Context>(schema: GraphQLSchema, options: GuardOptions<Context>): GraphQLSchema {
  if (findGuard(schema) !== undefined) throw new TypeError('This schema is guarded already.');
  // The context is whatever the host's executor hands round: only the host's own functions look into it.
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  const hosted = options as unknown as GuardOptions;
  const guard = createGuard(schema, hosted);
  const inputs = createInputGuards(schema, guard.model);
  const guarded = mapGuards(schema, guard, inputs);
  rememberMarks(guarded);
  printMarksOf(guarded);
  guarded.extensions = { ...guarded.extensions, ...extensionsOf(guard) };
  installIntrospection();
  return guarded;
}

function createGuard(schema: GraphQLSchema, options: GuardOptions): Guard {
  const { model, roles, policies } = buildRules(schema, options);
  rememberSchema([...policies.values()], schema);
  return registerGuard({
    model,
    roles,
    policies,
    options,
    relatedType: relatedTypeOf(policies, schema),
    operations: new WeakMap(),
    memory: emptyMemory(),
  });
}

/** Every resolver, `subscribe` and type resolver of the schema, behind its guards. */
function mapGuards(schema: GraphQLSchema, guard: Guard, inputs: InputGuards): GraphQLSchema {
  const argsGuards = argsGuardsOf(schema, guard, inputs);
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (config, fieldName, typeName) => {
      const of = guardedField(schema, guard, argsGuards, typeName, fieldName);
      if (of === undefined) return config;
      const resolve = guardResolver(of);
      const guarded = resolve === undefined ? config : { ...config, resolve };
      return schema.getSubscriptionType()?.name === typeName ? { ...guarded, subscribe: guardSubscribe(of) } : guarded;
    },
    [MapperKind.ABSTRACT_TYPE]: (type) => guardedAbstractType(guard, type),
    [MapperKind.INPUT_OBJECT_FIELD]: (config, fieldName, typeName) => markedField(inputs, config, fieldName, typeName),
  });
}

function guardedField(
  schema: GraphQLSchema,
  guard: Guard,
  argsGuards: ArgsGuards,
  typeName: string,
  fieldName: string,
): GuardedField | undefined {
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  const rule = guard.model.fields.get(`${typeName}.${fieldName}`);
  return field && rule && { guard, schema, rule, field, argsGuards };
}

function guardedAbstractType(guard: Guard, type: GraphQLInterfaceType | GraphQLUnionType) {
  const resolveType = guardedTypeResolver(guard, typeResolverOf(guard, type));
  return isInterfaceType(type)
    ? new GraphQLInterfaceType({ ...type.toConfig(), resolveType })
    : new GraphQLUnionType({ ...type.toConfig(), resolveType });
}

function markedField(
  inputs: InputGuards,
  config: GraphQLInputFieldConfig,
  fieldName: string,
  typeName: string,
): GraphQLInputFieldConfig {
  if (config.defaultValue === undefined || !inputs.needsMark(typeName, fieldName, config.type)) return config;
  return { ...config, defaultValue: markDefault(config.defaultValue) };
}

function printMarksOf(schema: GraphQLSchema): void {
  const inputs = Object.values(schema.getTypeMap()).filter(isInputObjectType);
  const marked = inputs.flatMap((input) =>
    Object.values(input.getFields()).filter((field) => isMarked(field.defaultValue)),
  );
  new Set(marked.map((field) => getNamedType(field.type))).forEach(letPrintMarks);
}
