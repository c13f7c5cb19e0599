import type { GraphQLRequestContext } from '@apollo/server';
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import {
  accessGrounds,
  anyScopeCovers,
  explainOperation,
  type AccessDecision,
  type AccessGrounds,
  type Principal,
  type Roles,
  type Sufficient,
} from '../authorization/index.ts';
import type { RequestContext } from '../request/context.ts';

/** The explanation of a refusal for a developer, as `extensions.explain`. */
export interface RefusalExplanation {
  /** The field that was refused, or the argument, the input field or the enum value for which it was. */
  readonly coordinate: string;
  /** Its requirement, in words. */
  readonly rule: string;
  /** The directives that say so, with file and line. */
  readonly directives: readonly string[];
  /** The conditions of policies on the objects, in words. */
  readonly policies: readonly string[];
  readonly have: { readonly kind: string; readonly roles: readonly string[]; readonly scopes: readonly string[] };
  /** All of these would suffice together. */
  readonly suffices: readonly string[];
  /** The URL at which the console shows the rule. */
  readonly console?: string;
}

/** Returns what explains the refusals of one answer, error by error. */
export type ExplainRefusals = (
  context: GraphQLRequestContext<RequestContext>,
) => (error: GraphQLFormattedError) => RefusalExplanation | undefined;

export interface ExplainRefusalsDeps {
  readonly schema: GraphQLSchema;
  readonly roles: Roles;
  /** The URL of the console, which ends with a slash; null if it is not served. */
  readonly consoleUrl: string | null;
}

/** Refusals of the engine; what a service refuses, such as an object that does not exist, says itself why. */
const explained: ReadonlySet<unknown> = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'MFA_REQUIRED',
  'REAUTHENTICATION_REQUIRED',
]);

/** Creates what explains refusals by the decisions of the engine on the same operation. */
export function createExplainRefusals({ schema, roles, consoleUrl }: ExplainRefusalsDeps): ExplainRefusals {
  let grounds: ((coordinate: string) => AccessGrounds) | undefined;

  return ({ document, operationName, request, contextValue: { principal } }) => {
    const { variables } = request;
    let decisions: readonly AccessDecision[] | undefined;
    const decisionAt = (path: string): AccessDecision | undefined => {
      decisions ??= document && explainOperation(schema, document, principal, { variables, operationName }).decisions;
      return decisions?.find((decision) => decision.outcome !== 'ALLOWED' && decision.path.join('.') === path);
    };
    return ({ path, extensions = {} }) => {
      const code = extensions['code'];
      if (path === undefined || !explained.has(code)) return undefined;
      const decision = decisionAt(path.filter((key) => typeof key === 'string').join('.'));
      if (decision === undefined) return undefined;
      const { coordinate, requirement } = decision.refusedInput ?? decision;
      const { rules, policies } = (grounds ??= accessGrounds(schema))(coordinate);
      const conditions = policies.map(({ action, type, condition }) => `${action} on ${type}: ${condition}`);
      const demands = demandsOf(code, extensions['required']);
      return {
        coordinate,
        rule: requirement,
        directives: rules.map(
          ({ directive, coordinate: on, place }) => `${directive} on ${on}${place ? `, ${place}` : ''}`,
        ),
        policies: conditions,
        have: rightsOf(principal),
        suffices: demands.length > 0 ? demands : conditions.map((condition) => `an object that meets ${condition}`),
        ...(consoleUrl === null ? {} : { console: urlOf(coordinate, columnOf(principal)) }),
      };
    };
  };

  function demandsOf(code: unknown, required: unknown): string[] {
    if (code === 'MFA_REQUIRED') return ['a second factor, proved by `reauthenticate`'];
    if (code === 'REAUTHENTICATION_REQUIRED') return ['a recent sign-in, proved by `reauthenticate`'];
    if (!Array.isArray(required)) return [];
    return (required as ReadonlyArray<readonly Sufficient[]>).map((alternatives) =>
      alternatives.map(sufficientText).join(', or '),
    );
  }

  function sufficientText({ kinds = [], roles: named = [], scopes = [] }: Sufficient): string {
    return [
      ...(kinds.length === 0 ? [] : [`a caller of the kind ${kinds.join(' or ')}`]),
      ...named.map((role) => `the role ${role}`),
      ...scopes.map((scope) => `the scope ${scope} (${holdersOf(scope).join(', ') || 'no role'} has it)`),
    ].join(' and ');
  }

  function holdersOf(scope: string): string[] {
    return roles.names.filter((role) => anyScopeCovers(roles.scopesOf(role), scope));
  }

  /** The column of the matrix that is the caller's: the role of those held that stands last in the table. */
  function columnOf(principal: Principal): string {
    const held: readonly string[] = principal.kind === 'anonymous' ? [] : principal.roles;
    return roles.names.findLast((role) => held.includes(role)) ?? 'anonymous';
  }

  function urlOf(coordinate: string, column: string): string {
    return `${consoleUrl}matrix?${new URLSearchParams({ cell: coordinate, as: column }).toString()}`;
  }
}

const rightsOf = (principal: Principal): RefusalExplanation['have'] =>
  principal.kind === 'anonymous'
    ? { kind: 'anonymous', roles: [], scopes: [] }
    : { kind: principal.kind, roles: principal.roles, scopes: principal.scopes };
