import { Kind } from 'graphql';
import type { FieldNode } from 'graphql';
import type { Args } from './guard.ts';

/**
 * The arguments that the caller supplies: written in the document, and where as a variable, with a value. A default
 * that the document gives its variable counts (it is in the coerced variables); the SDL's default does not.
 */
export function suppliedArguments(node: FieldNode | undefined, variableValues: Args): ReadonlySet<string> {
  const written = (node?.arguments ?? []).filter(
    ({ value }) => value.kind !== Kind.VARIABLE || Object.hasOwn(variableValues, value.name.value),
  );
  return new Set(written.map(({ name }) => name.value));
}
