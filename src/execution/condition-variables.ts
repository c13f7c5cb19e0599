import { GraphQLIncludeDirective, GraphQLSkipDirective, Kind, type DirectiveNode, type SelectionNode } from 'graphql';
import type { Args } from './execution.ts';
import type { FoundOperation } from './find-operation.ts';

/** The variables on which `@skip` and `@include` depend. Their values decide which fields a plan has. */
export type ConditionVariables = readonly string[];

const knownDirectives = new Set([GraphQLSkipDirective.name, GraphQLIncludeDirective.name]);

/**
 * Returns the variables on which `@skip` and `@include` depend; `undefined` if an operation bears directives that a
 * plan does not know.
 */
export function conditionVariablesOf({ operation, fragments }: FoundOperation): ConditionVariables | undefined {
  const names = new Set<string>();
  const visit = (node: SelectionNode): boolean => {
    const below = node.kind === Kind.FRAGMENT_SPREAD ? undefined : node.selectionSet;
    return areKnown(node.directives, names) && (below?.selections ?? []).every(visit);
  };
  const sets = [operation, ...Object.values(fragments)];
  const isKnown =
    areKnown(operation.directives, names) && sets.every((node) => node.selectionSet.selections.every(visit));
  return isKnown ? [...names] : undefined;
}

function areKnown(directives: readonly DirectiveNode[] | undefined, names: Set<string>): boolean {
  return (directives ?? []).every(({ name, arguments: args = [] }) => {
    for (const { value } of args) {
      if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    }
    return knownDirectives.has(name.value);
  });
}

/** Returns the values of these variables alone. */
export function conditionsOf(names: ConditionVariables, variables: Args): Args {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(variables, name)).map((name) => [name, variables[name]]),
  );
}

/**
 * Returns these values as a text, equal for executions that select the same; `undefined` for values that are no
 * conditions.
 */
export function conditionKeyOf(names: ConditionVariables, variables: Args): string | undefined {
  let key = '';
  for (const name of names) {
    const value = Object.hasOwn(variables, name) ? variables[name] : 'absent';
    if (value !== 'absent' && value != null && typeof value !== 'boolean') return undefined;
    key += `${String(value)} `;
  }
  return key;
}
