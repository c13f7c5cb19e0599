import { valueFromASTUntyped } from 'graphql';
import type { ConstDirectiveNode, DirectiveNode } from 'graphql';

/** A directive as it stands on an element of the schema. */
export interface DirectiveUse {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

interface Annotated {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

/** A type, field, argument, input field or enum value; all of them carry their directives in the same three places. */
export interface Directed {
  readonly astNode?: Annotated | null | undefined;
  readonly extensionASTNodes?: readonly Annotated[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * All directives of an element: from its definition, from every `extend`, and from `extensions.directives`, where
 * schemas that are built by code keep them. One that stands in two places counts twice, which demands nothing more.
 */
export function directivesOn(element: Directed): readonly DirectiveUse[] {
  const nodes = [element.astNode, ...(element.extensionASTNodes ?? [])].flatMap((node) => node?.directives ?? []);
  return [...nodes.map(useOfNode), ...usesInExtensions(element.extensions?.['directives'])];
}

function useOfNode(node: DirectiveNode): DirectiveUse {
  const args = (node.arguments ?? []).map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]);
  return { name: node.name.value, args: Object.fromEntries(args) };
}

/** Either `{ name: args }` with one or several `args`, or a list of `{ name, args }`, as `@graphql-tools` has them. */
function usesInExtensions(directives: unknown): readonly DirectiveUse[] {
  if (!isRecord(directives)) return [];
  if (Array.isArray(directives)) {
    return directives
      .filter(isRecord)
      .map(({ name, args }) => ({ name: String(name), args: isRecord(args) ? args : {} }));
  }
  return Object.entries(directives).flatMap(([name, uses]: [string, unknown]) =>
    (Array.isArray(uses) ? uses : [uses]).map((args: unknown) => ({ name, args: isRecord(args) ? args : {} })),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
