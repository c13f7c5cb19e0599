import { isObjectType } from 'graphql';
import type { GraphQLField, GraphQLSchema } from 'graphql';
import type { Guard } from './guard.ts';
import { argsGuard, createInputGuards } from './input-guard.ts';
import type { InputGuards } from './input-guard.ts';
import type { ArgsGuards } from './whole-guard.ts';

/** The guards of all arguments of a schema, by field coordinate. */
export function argsGuardsOf(
  schema: GraphQLSchema,
  guard: Guard,
  inputs: InputGuards = createInputGuards(schema, guard.model),
): ArgsGuards {
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  const guards = types.flatMap((type) =>
    Object.values<GraphQLField<unknown, unknown>>(type.getFields()).flatMap((field) => {
      const rule = guard.model.fields.get(`${type.name}.${field.name}`);
      const denialFor = rule && argsGuard(rule, field.args, inputs);
      return denialFor === undefined ? [] : [[`${type.name}.${field.name}`, denialFor] as const];
    }),
  );
  return new Map(guards);
}
