import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  getNamedType,
  GraphQLInterfaceType,
  GraphQLUnionType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type GraphQLInputFieldConfig,
  type GraphQLSchema,
} from 'graphql';
import { installIntrospection } from './introspection/install-introspection.ts';
import { guardedTypeResolver, typeResolverOf } from './runtime/abstract-type-guard.ts';
import { argumentGuardsOf, type ArgumentGuards } from './runtime/argument-guard.ts';
import { guardResolver, guardSubscribe, type GuardedField } from './runtime/field-guards.ts';
import { extensionsOf, findGuard, registerGuard, type Guard } from './runtime/guard.ts';
import { createInputGuards, type InputGuards } from './runtime/input-guard.ts';
import { isMarked, letPrintMarks, markDefault, rememberMarks } from './runtime/marked-defaults.ts';
import { emptyMemory } from './runtime/operation.ts';
import { buildRules } from './schema/build-rules.ts';
import type { GuardOptions } from './schema/options.ts';

/**
 * Guards every path of a schema as its directives say, and returns the guarded schema; the schema given is not changed.
 * Call it last: fields, resolvers and `subscribe` that are added afterwards are not guarded.
 *
 * @throws AccessSchemaError listing every problem, each with its coordinate and the remedy
 * @throws TypeError for a schema that is guarded already
 * @example
 * const schema = guardSchema(makeExecutableSchema({ typeDefs: [accessDirectives, typeDefs], resolvers }), {
 *   principal: (context) => context.principal,
 *   roles: { VIEWER: { scopes: ['notes:read'] }, EDITOR: { includes: ['VIEWER'], scopes: ['notes:write'] } },
 *   policies: [notePolicy],
 *   load: (type, id, context) => context.loaders[type].load(id),
 * });
 */
export function guardSchema<Context>(schema: GraphQLSchema, options: GuardOptions<Context>): GraphQLSchema {
  if (findGuard(schema) !== undefined)
    throw new TypeError('This schema is already guarded: call guardSchema once, after every other transformer.');
  // Only the host's own functions look into the context.
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
  const { model, roles, policies, relationOf, argumentActions } = buildRules(schema, options);
  return registerGuard({
    model,
    roles,
    policies,
    options,
    relationOf,
    argumentActions,
    operations: new WeakMap(),
    memory: emptyMemory(),
    observers: new Set(),
  });
}

/** Guards every resolver, `subscribe` and type resolver of the schema. */
function mapGuards(schema: GraphQLSchema, guard: Guard, inputs: InputGuards): GraphQLSchema {
  const argumentGuards = argumentGuardsOf(schema, guard, inputs);
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (config, fieldName, typeName) => {
      const of = guardedField(schema, guard, argumentGuards, typeName, fieldName);
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
  argumentGuards: ArgumentGuards,
  typeName: string,
  fieldName: string,
): GuardedField | undefined {
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  const rule = guard.model.fields.get(`${typeName}.${fieldName}`);
  return field && rule && { guard, schema, rule, field, argumentGuards };
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
