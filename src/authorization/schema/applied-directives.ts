import { valueFromASTUntyped, type ConstDirectiveNode, type DirectiveNode } from 'graphql';
import type { AccessRule } from './access-rule.ts';

/** A directive as it is applied to an element of the schema. */
export interface AppliedDirective {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

interface Annotated {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

/** A type, field, argument, input field or enum value: all carry their directives in the same three places. */
export interface SchemaElement {
  readonly astNode?: Annotated | null | undefined;
  readonly extensionASTNodes?: readonly Annotated[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Lists all directives of an element: of its definition, of every `extend`, and of `extensions.directives`, in which
 * code-first schemas keep them. One that stands in two places counts twice, which demands nothing more.
 */
export function directivesOn(element: SchemaElement): readonly AppliedDirective[] {
  const nodes = [element.astNode, ...(element.extensionASTNodes ?? [])].flatMap((node) => node?.directives ?? []);
  const { directives, access } = element.extensions ?? {};
  return [...nodes.map(useOfNode), ...usesInExtensions(directives), ...usesInAccess(access)];
}

function useOfNode(node: DirectiveNode): AppliedDirective {
  const args = (node.arguments ?? []).map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]);
  return { name: node.name.value, args: Object.fromEntries(args) };
}

/**
 * Reads `{ name: args }` with one or several `args`, or a list of `{ name, args }`, as `@graphql-tools` writes them.
 */
function usesInExtensions(directives: unknown): readonly AppliedDirective[] {
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

/** The directive that each key of `extensions.access` stands for. */
const accessKeys: { readonly [Key in keyof Required<AccessRule>]: (value: unknown) => AppliedDirective } = {
  public: () => ({ name: 'public', args: {} }),
  auth: (value) => ({ name: 'auth', args: isRecord(value) ? value : {} }),
  kinds: (kinds) => ({ name: 'auth', args: { kinds } }),
  roles: (roles) => ({ name: 'hasRole', args: { roles } }),
  scopes: (scopes) => ({ name: 'hasScope', args: { scopes } }),
  networks: (names) => ({ name: 'network', args: { names } }),
  can: (value) => ({ name: 'can', args: isRecord(value) ? value : { action: value } }),
  mfa: (value) => ({ name: 'mfa', args: isRecord(value) ? value : {} }),
  recentAuth: (value) => ({ name: 'recentAuth', args: isRecord(value) ? value : {} }),
  anyOf: (anyOf) => ({ name: 'access', args: { anyOf } }),
  sameAs: (field) => ({ name: 'sameAs', args: { field } }),
  positional: () => ({ name: 'positional', args: {} }),
};

const isAccessKey = (key: string): key is keyof typeof accessKeys => Object.hasOwn(accessKeys, key);

/** The name of a directive that stands for a key which `extensions.access` does not have: it does not build. */
export const unknownAccessKey = 'extensions.access.';

function usesInAccess(access: unknown): readonly AppliedDirective[] {
  if (access === undefined || access === null) return [];
  if (!isRecord(access) || Array.isArray(access)) return [{ name: `${unknownAccessKey}${typeof access}`, args: {} }];
  return Object.entries(access).flatMap(([key, value]: [string, unknown]) => {
    if (value === undefined || value === null || value === false) return [];
    return [isAccessKey(key) ? accessKeys[key](value) : { name: `${unknownAccessKey}${key}`, args: {} }];
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
