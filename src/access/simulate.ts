import type { EntityManager } from '@mikro-orm/postgresql';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { explainOperation, type AccessReport, type Principal } from '../authorization/index.ts';
import { badInput } from '../errors.ts';
import { requireId } from '../input.ts';
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
    return { kind: 'user', id: nobody, roles: rights.roles, scopes: scopes ?? rights.scopes };
  }
  if (roles != null)
    throw badInput('input.roles', 'contradiction', 'Give either `userId` or `roles`: a user has roles already.');
  const user = await userById(em, requireId('input.userId', userId));
  if (user === null) throw badInput('input.userId', 'unknown', 'There is no such user.');
  return { kind: 'user', id: user.id, ...rightsOf(user.roles, scopes ?? null) };
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
    return explainOperation(schema, operation, principal, { variables: requireVariables(variables), operationName });
  } catch (error) {
    if (error instanceof GraphQLError) throw badInput('input.operation', 'invalid_operation', error.message);
    throw error;
  }
}

function requireVariables(variables: unknown): Record<string, unknown> {
  if (variables == null) return {};
  if (typeof variables === 'object' && !Array.isArray(variables)) return { ...variables };
  throw badInput('input.variables', 'invalid_value', '`variables` must be an object.');
}
