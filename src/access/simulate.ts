import type { EntityManager } from '@mikro-orm/postgresql';
import { GraphQLError, parse, type GraphQLSchema } from 'graphql';
import { explainOperation, type AccessReport, type Principal } from '../authorization/index.ts';
import { badInput } from '../errors.ts';
import { requireId, requireScopes, mostTokens } from '../input.ts';
import type { RightsOf } from '../request.ts';
import { userById } from '../users/users.service.ts';

export interface Pretence {
  readonly userId?: string | null | undefined;
  readonly roles?: readonly string[] | null | undefined;
  readonly scopes?: readonly string[] | null | undefined;
}

export interface Simulation extends Pretence {
  readonly operation: string;
  readonly variables?: unknown;
  readonly operationName?: string | null | undefined;
}

/** Nobody's: a made-up principal owns nothing. */
const nobody = '00000000-0000-0000-0000-000000000000';

/**
 * Who somebody would be, signed in now: a user as the database has it, a made-up holder of roles, or anonymous.
 * @throws BAD_USER_INPUT where the user is unknown, or a user and made-up roles are both given.
 */
export async function pretend(
  em: EntityManager,
  rightsOf: RightsOf,
  { userId, roles, scopes }: Pretence,
): Promise<Principal> {
  if (userId == null) {
    if (roles == null && scopes == null) return { kind: 'anonymous' };
    const rights = rightsOf(roles ?? [], null);
    const own = scopes == null ? rights.scopes : requireScopes('input.scopes', scopes);
    return { kind: 'user', id: nobody, roles: rights.roles, scopes: own };
  }
  if (roles != null)
    throw badInput('input.roles', 'contradiction', 'Give either `userId` or `roles`: a user has roles already.');
  const user = await userById(em, requireId('input.userId', userId));
  if (user === null) throw badInput('input.userId', 'unknown', 'There is no such user.');
  const narrowing = scopes == null ? null : requireScopes('input.scopes', scopes);
  return { kind: 'user', id: user.id, ...rightsOf(user.roles, narrowing) };
}

/**
 * What the principal would be refused in an operation, without running any of it.
 * @throws BAD_USER_INPUT where the operation, its name or its variables are wrong.
 */
export function simulate(
  schema: GraphQLSchema,
  principal: Principal,
  { operation, variables, operationName }: Simulation,
): AccessReport {
  try {
    const document = parse(operation, { maxTokens: mostTokens });
    return explainOperation(schema, document, principal, { variables: requireVariables(variables), operationName });
  } catch (error) {
    // A document may also be too deep for the parser to follow.
    if (error instanceof GraphQLError || error instanceof RangeError)
      throw badInput('input.operation', 'invalid_operation', error.message);
    throw error;
  }
}

function requireVariables(variables: unknown): Record<string, unknown> {
  if (variables == null) return {};
  if (typeof variables === 'object' && !Array.isArray(variables)) return { ...variables };
  throw badInput('input.variables', 'invalid_value', '`variables` must be an object.');
}
