import type { GraphQLErrorAnswer } from 'sallyport/client';

/** One alternative that `extensions.required` names; what it lists is wanted together. */
interface Alternative {
  readonly kinds?: readonly string[];
  readonly roles?: readonly string[];
  readonly scopes?: readonly string[];
}

/**
 * Says what would have sufficed for a refused field: in words of the server in development, else by the rights that it
 * requires if TELL_REQUIRED is on; undefined if the server does not tell.
 */
export function whatSuffices({ extensions = {} }: GraphQLErrorAnswer): string | undefined {
  const { explain, required } = extensions as {
    readonly explain?: { readonly suffices?: readonly string[] };
    readonly required?: ReadonlyArray<readonly Alternative[]>;
  };
  const demands = explain?.suffices ?? required?.map((anyOf) => anyOf.map(alternativeText).join(', or ')) ?? [];
  return demands.length === 0 ? undefined : demands.join('; and ');
}

const alternativeText = ({ kinds = [], roles = [], scopes = [] }: Alternative): string =>
  [
    ...(kinds.length === 0 ? [] : [`a caller of the kind ${kinds.join(' or ')}`]),
    ...roles.map((role) => `the role ${role}`),
    ...scopes.map((scope) => `the scope ${scope}`),
  ].join(' and ');
