import { GraphQLError, parse, type GraphQLSchema } from 'graphql';
import {
  type AccessReport,
  explainOperation,
  type ExplainOptions,
  type Principal,
  type SignedInPrincipal,
} from '../authorization/index.ts';
import type { Rows } from '../database/rows/source.ts';
import { AppError, badInput } from '../errors.ts';
import { maxTokens, requireShallow } from '../request/document-limits.ts';
import { requireId, requireScopes } from '../request/input.ts';
import type { RightsOf } from '../request/rights.ts';
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

/** The id of no user: a made-up principal owns nothing. */
const noUserId = '00000000-0000-0000-0000-000000000000';

/** What roles give, and the moment of the pretended sign-in. */
export interface Stage {
  readonly rightsOf: RightsOf;
  readonly now: Date;
}

/**
 * Makes up a caller with roles, scopes or both, as the access matrix takes a role: just signed in, a second factor
 * proved. Without either the caller is anonymous.
 */
export function madeUp({ rightsOf, now }: Stage, { roles, scopes }: Omit<Pretence, 'userId'>): Principal {
  if (roles == null && scopes == null) return { kind: 'anonymous' };
  const rights = rightsOf(roles ?? [], null);
  const own = scopes == null ? rights.scopes : requireScopes('input.scopes', scopes);
  return { kind: 'user', id: noUserId, roles: rights.roles, scopes: own, ...provedAt(now, true) };
}

/**
 * Returns a principal as if signed in now: a user as the database has it, with the second factor if the account has
 * one, a made-up holder of roles, or anonymous.
 * @throws BAD_USER_INPUT if the user is unknown or disabled, or a user and made-up roles are both given.
 */
export async function pretend(rows: Rows, stage: Stage, { userId, ...made }: Pretence): Promise<Principal> {
  if (userId == null) return madeUp(stage, made);
  const { roles, scopes } = made;
  if (roles != null)
    throw badInput('input.roles', 'contradiction', 'Give either `userId` or `roles`: a user has roles already.');
  const user = await userById(rows, requireId('input.userId', userId));
  if (user === null) throw badInput('input.userId', 'unknown', 'There is no user with this id.');
  if (user.status !== 'ACTIVE')
    throw badInput('input.userId', 'disabled', 'The account of this user is disabled: nobody can sign in to it.');
  const narrowing = scopes == null ? null : requireScopes('input.scopes', scopes);
  // Recovery codes never outlast the factor that they stand in for.
  const hasFactor = user.secondFactors.length > 0;
  return {
    kind: 'user',
    id: user.id,
    ...stage.rightsOf(user.roles, narrowing),
    // As in a session, which is narrowed by any scopes that it names.
    ...(narrowing === null ? {} : { isNarrowed: true }),
    ...provedAt(stage.now, hasFactor),
  };
}

function provedAt(now: Date, hasFactor: boolean): Pick<SignedInPrincipal, 'authTime' | 'mfaAt' | 'hasFactor'> {
  const authTime = Math.floor(now.getTime() / 1000);
  return { authTime, mfaAt: hasFactor ? authTime : null, hasFactor };
}

/** The bounds that the server sets every operation. */
export type OperationBounds = Pick<ExplainOptions, 'rules' | 'check'>;

/**
 * Returns what a principal would be refused in an operation, without running any of it.
 * @throws BAD_USER_INPUT if the operation, its name or its variables are wrong; OPERATION_TOO_COMPLEX beyond the
 * bounds.
 */
export function simulate(
  schema: GraphQLSchema,
  principal: Principal,
  { operation, variables, operationName }: Simulation,
  bounds: OperationBounds,
): AccessReport {
  try {
    requireShallow(operation);
    const document = parse(operation, { maxTokens });
    const options = { ...bounds, variables: requireVariables(variables), operationName };
    return explainOperation(schema, document, principal, options);
  } catch (error) {
    if (error instanceof GraphQLError && error.originalError instanceof AppError) throw error.originalError;
    if (error instanceof GraphQLError) throw badInput('input.operation', 'invalid_operation', withPlace(error));
    throw error;
  }
}

function withPlace({ message, locations }: GraphQLError): string {
  const [at] = locations ?? [];
  return at === undefined ? message : `${message} (line ${at.line}, column ${at.column})`;
}

/** Returns variables as an operation takes them. @throws BAD_USER_INPUT if they are no object. */
export function requireVariables(variables: unknown): Record<string, unknown> {
  if (variables == null) return {};
  if (typeof variables === 'object' && !Array.isArray(variables)) return { ...variables };
  throw badInput('input.variables', 'invalid_value', '`variables` must be an object.');
}
