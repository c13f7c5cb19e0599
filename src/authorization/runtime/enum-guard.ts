import type { GraphQLEnumType } from 'graphql';
import type { AccessModel } from '../schema/access-model.ts';
import { unrestricted } from '../schema/requirement-table.ts';
import { denialOf, refusalOf } from './decisions.ts';
import type { ValueGuard } from './value-guard.ts';

/** Collects the requirements of an enum's guarded values, by their internal values. */
export function enumRequirements(type: GraphQLEnumType, model: AccessModel): ReadonlyMap<unknown, number> {
  const values = type.getValues().map(({ name, value }): [unknown, number] => {
    return [value, model.enumValues.get(`${type.name}.${name}`) ?? unrestricted];
  });
  return new Map(values.filter(([, requirement]) => requirement !== unrestricted));
}

/** Guards a field that returns an enum: a guarded value refuses only if it is the value returned. */
export function enumValueGuard(type: GraphQLEnumType, model: AccessModel): ValueGuard | undefined {
  const requirements = enumRequirements(type, model);
  if (requirements.size === 0) return undefined;
  return ({ operation }) =>
    (value) => {
      const requirement = requirements.get(value);
      const code = requirement === undefined ? undefined : denialOf(operation, requirement);
      return code === undefined ? value : refusalOf(operation, code, requirement);
    };
}
