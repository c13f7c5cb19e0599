import type { GraphQLEnumType } from 'graphql';
import type { AccessModel } from '../schema/access-model.ts';
import { denialAt, refusalOf, type Denial } from './decisions.ts';
import type { Operation } from './guard.ts';
import type { ValueGuard } from './value-guard.ts';

/** Decides on an internal value of an enum. */
export type EnumGuard = (value: unknown, operation: Operation) => Denial | undefined;

/** Creates the guard of an enum's values; `undefined` if none has a requirement. */
export function enumGuard(type: GraphQLEnumType, model: AccessModel): EnumGuard | undefined {
  const rules = type.getValues().map(({ name, value }) => {
    const coordinate = `${type.name}.${name}`;
    return { value: value as unknown, coordinate, requirement: model.enumValues.get(coordinate) };
  });
  const guarded = new Map(
    rules.filter(({ requirement }) => requirement !== undefined).map((rule) => [rule.value, rule]),
  );
  if (guarded.size === 0) return undefined;
  return (value, operation) => {
    const rule = guarded.get(value);
    return rule && denialAt(operation, rule.coordinate, rule.requirement);
  };
}

/** Guards a field that returns an enum: a guarded value refuses only if it is the value returned. */
export function enumValueGuard(type: GraphQLEnumType, model: AccessModel): ValueGuard | undefined {
  const denialFor = enumGuard(type, model);
  if (denialFor === undefined) return undefined;
  return ({ operation }) =>
    (value) => {
      const denial = denialFor(value, operation);
      return denial === undefined ? value : refusalOf(operation, denial.code, denial.requirement);
    };
}
