import type { AccessLog } from '../log.ts';
import { userIdOf } from '../principal.ts';
import type { Principal } from '../principal.ts';
import type { Roles } from '../roles.ts';
import { anyScopeCovers } from '../scopes.ts';
import type { Condition, PrincipalCondition, RowCondition } from './condition.ts';
import type { Policy } from './define.ts';
import { readFilter } from './filter.ts';
import type { Test } from './filter.ts';

/** How rows are reached; given by the host. Without `load` an unloaded row is a refused one. */
export interface RowSource {
  readonly isLoaded: (row: object) => boolean;
  readonly load: ((type: string, id: string) => Promise<object | null>) | undefined;
  /** The type behind a property of a type's rows, as the SDL has it. */
  readonly relatedType: (type: string, property: string) => string | undefined;
  readonly log: AccessLog;
}

/** One principal in front of the policies: everything about a condition that depends on no row is settled here. */
export interface Asker {
  readonly principal: Principal;
  readonly userId: string | undefined;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly rows: RowSource;
  readonly isSignedIn: boolean;
  readonly hasAnyRole: (roles: readonly string[]) => boolean;
  readonly hasScope: (scope: string) => boolean;
  /** The tests of a filter; `undefined` denies. A filter that is a function is asked for this principal. */
  readonly testsOf: (condition: Extract<RowCondition, { kind: 'is' }>) => readonly Test[] | undefined;
}

export function createAsker(
  principal: Principal,
  roles: Roles,
  policies: ReadonlyMap<string, Policy>,
  rows: RowSource,
): Asker {
  const isSignedIn = principal.kind !== 'anonymous';
  const held = roles.held(isSignedIn ? principal.roles : []);
  const scopes = isSignedIn ? principal.scopes : [];
  return {
    principal,
    userId: userIdOf(principal),
    policies,
    rows,
    isSignedIn,
    hasAnyRole: (names) => names.some((name) => held.has(name)),
    hasScope: (scope) => anyScopeCovers(scopes, scope),
    testsOf: (condition) => testsFor(condition, principal),
  };
}

/** @throws TypeError when a function answers something that is no filter: nonsense is a defect, and is logged as one. */
function testsFor(condition: Extract<RowCondition, { kind: 'is' }>, principal: Principal): readonly Test[] | undefined {
  if ('filter' in condition) return readFilter(condition.filter);
  const answer = condition.filterFor(principal);
  if (typeof answer !== 'object' || answer === null) throw new TypeError('A policy answered no filter.');
  return readFilter(answer);
}

export function conditionOf(asker: Asker, type: string, action: string): Condition | undefined {
  const actions = asker.policies.get(type)?.actions;
  return actions !== undefined && Object.hasOwn(actions, action) ? actions[action] : undefined;
}

export function isOfPrincipal(condition: Condition): condition is PrincipalCondition {
  return ['everyone', 'nobody', 'authenticated', 'role', 'scope'].includes(condition.kind);
}

export function isHeldBy(asker: Asker, condition: PrincipalCondition): boolean {
  switch (condition.kind) {
    case 'everyone':
      return true;
    case 'nobody':
      return false;
    case 'authenticated':
      return asker.isSignedIn;
    case 'role':
      return asker.hasAnyRole(condition.roles);
    case 'scope':
      return asker.hasScope(condition.scope);
    default:
      return false;
  }
}
