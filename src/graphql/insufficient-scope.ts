import type { GraphQLError } from 'graphql';
import type { Sufficient } from '../authorization/index.ts';

/**
 * Returns the challenge for a client that may get a wider token (RFC 6750 §3.1): the scopes that would lift those
 * refusals which scopes alone lift. Undefined if there are none.
 */
export function insufficientScope(errors: readonly GraphQLError[]): string | undefined {
  const scopes = new Set(errors.flatMap(({ extensions }) => scopesFor(extensions)));
  return scopes.size === 0 ? undefined : `Bearer error="insufficient_scope", scope="${[...scopes].join(' ')}"`;
}

interface Refused {
  readonly code?: unknown;
  readonly required?: unknown;
  readonly refused?: unknown;
}

function scopesFor({ code, required, refused }: Refused): readonly string[] {
  if (Array.isArray(refused)) return (refused as Refused[]).flatMap(({ code: of, required: its }) => lifting(of, its));
  return lifting(code, required);
}

/**
 * The scopes that lift one refusal: those of an alternative of each demand. None if one demand asks for more than
 * scopes.
 */
function lifting(code: unknown, required: unknown): readonly string[] {
  if (code !== 'FORBIDDEN' || !Array.isArray(required)) return [];
  const chosen = (required as ReadonlyArray<readonly Sufficient[]>).map((alternatives) =>
    alternatives.find(({ scopes, roles, kinds }) => scopes !== undefined && roles === undefined && kinds === undefined),
  );
  return chosen.every((alternative) => alternative !== undefined) ? chosen.flatMap(({ scopes = [] }) => scopes) : [];
}
