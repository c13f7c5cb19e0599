// The public face of the engine: everything that a host, a service or a report may import.

// Guarding a schema
export { guardSchema } from './guard-schema.ts';
export { accessDirectives } from './schema/access-directives.ts';
export type { AccessRule, AccessRuleAlternative } from './schema/access-rule.ts';
export { NoSuggestionsRule } from './introspection/no-suggestions.ts';
export {
  AccessSchemaError,
  type DenialCode,
  type RefusalText,
  type RefusedPath,
  type SchemaProblem,
  type Sufficient,
} from './model/access-errors.ts';
export type { AccessLog, AccessLogEvent } from './model/access-log.ts';
export type { AccessWarning, GuardOptions } from './schema/options.ts';

// Principals, roles and scopes
export { compileRoles, type Role, type Roles, type RoleTable } from './model/compile-roles.ts';
export { anyScopeCovers, scopeCovers } from './model/scopes.ts';
export {
  userIdOf,
  type AnonymousPrincipal,
  type AttributeScalar,
  type AttributeValue,
  type DeclaredAttributes,
  type NamedPolicy,
  type Principal,
  type PrincipalAttributes,
  type SignedInPrincipal,
} from './model/principal.ts';

// In resolvers
export { decideIn } from './runtime/decide-in.ts';
export { principalOf, rebindPrincipal } from './runtime/principal-of.ts';
export { columnsGuarded } from './runtime/columns-guarded.ts';
export { subjectOf } from './runtime/subject-guard.ts';

// For executors
export { executionEndOf, propertyGuardOf, type PropertyGuard } from './runtime/property-guard.ts';

// Policies
export { bindPolicies, type BindOptions, type BoundPolicies, type BoundPolicy } from './policy/bind-policies.ts';
export { columnsRead } from './policy/columns-read.ts';
export { definePolicy, type Policy } from './policy/define-policy.ts';
export type {
  Condition,
  ConditionOn,
  Conditions,
  Filter,
  FilterOperators,
  FilterScalar,
  FilterValue,
  PolicyArguments,
} from './policy/condition.ts';
export type { ClauseExplanation, ClauseOutcome, Explanation } from './policy/explain.ts';
export type { Relation, RelationOf } from './policy/relations.ts';
export { NOTHING, type Where } from './policy/query-filter.ts';

// Reports
export { accessGrounds, type AccessGrounds, type AppliedRule, type PolicyInWords } from './report/access-grounds.ts';
export { accessMatrix, type FieldAccess, type RoleAccess } from './report/access-matrix.ts';
export { expectGuarded, type ExpectGuardedOptions } from './report/expect-guarded.ts';
export {
  explainOperation,
  type AccessDecision,
  type AccessReport,
  type ExplainOptions,
  type RefusedInput,
} from './report/explain-operation.ts';
export type { AccessOutcome } from './report/outcome.ts';
export type { Clause } from './model/clause.ts';
export type { Decision, Requirement } from './model/requirement.ts';
