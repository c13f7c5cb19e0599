import type { Principal } from '../../authorization/index.ts';
import { AppError } from '../../errors.ts';
import type { RightsOf } from '../../request/rights.ts';
import type { Role } from '../../users/user.entity.ts';

/** Checks that a principal may give or take roles. @throws FORBIDDEN if they go beyond what it may do itself. */
export function requireGrantable(rightsOf: RightsOf, principal: Principal, roles: readonly Role[]): void {
  if (rightsOf.covers(principal.kind === 'anonymous' ? [] : principal.scopes, roles)) return;
  throw new AppError('FORBIDDEN', 'You can give or take only roles whose scopes you have yourself.');
}
