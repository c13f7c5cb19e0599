import type { GraphQLArgument } from 'graphql';
import { refusal } from '../errors.ts';
import { withoutMarks } from './defaults.ts';
import type { Args, Guard, Resolver } from './guard.ts';
import type { ArgsGuard } from './input-guard.ts';
import { currentOperation } from './operation.ts';
import { suppliedArguments } from './supplied.ts';

/** Refuses a field whose caller supplies what it may not, and gives the resolver plain values. */
export function withArguments(
  guard: Guard,
  args: readonly GraphQLArgument[],
  denialFor: ArgsGuard,
  resolve: Resolver,
): Resolver {
  return (source, values, contextValue, info) => {
    const operation = currentOperation(guard, info, contextValue);
    const supplied = suppliedArguments(info.fieldNodes[0], info.variableValues);
    const denial = denialFor(values, supplied, operation, info.schema);
    if (denial !== undefined) throw refusal(denial);
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
