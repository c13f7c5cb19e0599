export { AccessSchemaError } from './errors.ts';
export { bindPolicies } from './policy/bind.ts';
export { definePolicy } from './policy/define.ts';
export { NOTHING } from './policy/where-filter.ts';

export type { DenialCode, Offence, RefusedPath } from './errors.ts';
export type { AccessLog, AccessLogEvent } from './log.ts';
export type { AccessWarning, GuardOptions, NamedPolicy } from './options.ts';
export type { BindOptions, BoundPolicies } from './policy/bind.ts';
export type { Condition, Conditions, Filter, FilterOperators, FilterScalar, FilterValue } from './policy/condition.ts';
export type { Policy } from './policy/define.ts';
export type { ClauseExplanation, ClauseOutcome, Explanation } from './policy/explain.ts';
export type { Where } from './policy/where-filter.ts';
export type { AnonymousPrincipal, Principal, SignedInPrincipal } from './principal.ts';
export type { Role, RoleTable } from './roles.ts';
