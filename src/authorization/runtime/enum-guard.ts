import type { GraphQLEnumType } from 'graphql';
import { refusal } from '../errors.ts';
import type { AccessModel } from '../schema/model.ts';
import { enumRequirements } from './input-guard.ts';
import type { ItemGuard } from './item-guard.ts';
import { denialOf } from './operation.ts';

/** A guarded enum value refuses a field only when it is the value returned. */
export function enumValueGuard(type: GraphQLEnumType, model: AccessModel): ItemGuard | undefined {
  const requirements = enumRequirements(type, model);
  if (requirements.size === 0) return undefined;
  return ({ operation }) =>
    (value) => {
      const requirement = requirements.get(value);
      const code = requirement === undefined ? undefined : denialOf(operation, requirement);
      return code === undefined ? value : refusal(code);
    };
}
