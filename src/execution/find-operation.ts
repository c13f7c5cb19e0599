import { Kind, type DocumentNode, type FragmentDefinitionNode, type OperationDefinitionNode } from 'graphql';
import type { Fragments } from './execution.ts';

export interface FoundOperation {
  readonly operation: OperationDefinitionNode;
  readonly fragments: Fragments;
}

/** Finds the operation of a document that is to be executed; `undefined` if graphql-js has an error to report. */
export function findOperation(
  { definitions }: DocumentNode,
  operationName: string | null | undefined,
): FoundOperation | undefined {
  const operations = definitions
    .filter((node) => node.kind === Kind.OPERATION_DEFINITION)
    .filter(({ name }) => operationName == null || name?.value === operationName);
  const operation = operations.at(-1);
  if (operation === undefined || (operationName == null && operations.length > 1)) return undefined;
  return { operation, fragments: fragmentsOf(definitions) };
}

function fragmentsOf(definitions: DocumentNode['definitions']): Fragments {
  const fragments = Object.create(null) as Record<string, FragmentDefinitionNode>;
  for (const node of definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments[node.name.value] = node;
  }
  return fragments;
}
