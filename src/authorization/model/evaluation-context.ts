import type { Roles } from './compile-roles.ts';
import { userIdOf, type NamedPolicy, type Principal } from './principal.ts';

/** The facts known of one principal at one moment. Directives and policies alike are decided in it. */
export interface EvaluationContext {
  readonly principal: Principal;
  /** The user behind the principal; `undefined` owns nothing. */
  readonly userId: string | undefined;
  readonly isSignedIn: boolean;
  /** The roles held, included ones too. */
  readonly roles: ReadonlySet<string>;
  readonly scopes: readonly string[];
  /** The moment of the decision, in seconds since 1970. */
  readonly nowSeconds: number;
  /** The meaning of names in Federation's `@policy`. */
  readonly namedPolicies: Readonly<Record<string, NamedPolicy>>;
  /** The host's rules, by the names that `@access` gives them. */
  readonly rules: Readonly<Record<string, NamedPolicy>>;
}

/** Works out once what every decision on a principal needs. */
export function createEvaluationContext(
  principal: Principal,
  roles: Roles,
  nowSeconds: number,
  { namedPolicies = {}, rules = {} }: Partial<Pick<EvaluationContext, 'namedPolicies' | 'rules'>> = {},
): EvaluationContext {
  const isSignedIn = principal.kind !== 'anonymous';
  return {
    principal,
    userId: userIdOf(principal),
    isSignedIn,
    roles: roles.held(isSignedIn ? principal.roles : []),
    scopes: isSignedIn ? principal.scopes : [],
    nowSeconds,
    namedPolicies,
    rules,
  };
}
