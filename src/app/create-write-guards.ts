import type { Logger } from 'pino';
import type { BoundPolicies, Principal } from '../authorization/index.ts';
import type { RowSession } from '../database/row-session.ts';
import type { WriteGuard } from '../database/write-guard/write-guard.ts';
import { AppError } from '../errors.ts';
import { policies } from './guarded-schema.ts';

export interface WriteGuardsDeps {
  readonly policies: Pick<BoundPolicies, 'decide'>;
  readonly log: Pick<Logger, 'error'>;
  /** Returns the settings that tell the database of a principal; undefined without row-level security. */
  readonly sessionOf?: (principal: Principal) => RowSession | undefined;
}

/** Makes the guard of a caller, who may be another one by the time of a write. */
export type GuardFor = (principal: () => Principal) => WriteGuard;

const guarded: ReadonlySet<string> = new Set(policies.map(({ type }) => type));

/**
 * Creates the guards of what is written for callers: the action `create`, `update` or `delete` of the row's policy
 * decides. A service asks by itself and says what is wrong, so a row that is refused here is a defect, and is logged as
 * one.
 */
export function createWriteGuards({ policies: bound, log, sessionOf }: WriteGuardsDeps): GuardFor {
  return (principalOf) => ({
    guards: (type) => guarded.has(type),
    session: () => sessionOf?.(principalOf()),
    async require(action, type, row) {
      const principal = principalOf();
      if (await bound.decide(type, action, principal, row)) return;
      const id = 'id' in row ? String(row.id) : null;
      const message = `A service was about to write a row that ${type}.${action} refuses: ask the policy before, or say asSystem.`;
      log.error({ kind: 'write', type, action, id, message }, 'access defect');
      throw new AppError(
        principal.kind === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN',
        'You are not allowed to change this.',
      );
    },
  });
}
