import { refusal } from '../errors.ts';
import type { Guard, Resolver } from './guard.ts';
import { ALLOWED, currentOperation, denialOf } from './operation.ts';
import type { Operation } from './operation.ts';

/** Lets a resolver run only where its requirement is met. This is the hot path: one lookup, and nothing allocated. */
export function withRequirement(guard: Guard, requirement: number, resolve: Resolver): Resolver {
  return (source, args, contextValue, info) => {
    const operation = currentOperation(guard, info, contextValue);
    if (operation.table[requirement] !== ALLOWED) demand(operation, requirement);
    return resolve(source, args, contextValue, info);
  };
}

/** @throws GraphQLError with the code of the refusal */
export function demand(operation: Operation, requirement: number): void {
  const code = denialOf(operation, requirement);
  if (code !== undefined) throw refusal(code);
}
