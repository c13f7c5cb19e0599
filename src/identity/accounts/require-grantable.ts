import type { Principal } from '../../authorization/index.ts';
import { AppError } from '../../errors.ts';
import type { RightsOf } from '../../request.ts';
import type { Role } from '../../users/user.entity.ts';

/** @throws FORBIDDEN for roles beyond what the principal may do itself: nobody gives or takes what it does not hold. */
export function requireGrantable(rightsOf: RightsOf, principal: Principal, roles: readonly Role[]): void {
  if (rightsOf.covers(principal.kind === 'anonymous' ? [] : principal.scopes, roles)) return;
  throw new AppError('FORBIDDEN', 'These roles go beyond what you may do yourself.');
}
