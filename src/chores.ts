import { auditMonths } from './audit/audit-months.ts';
import type { Config } from './config.ts';
import type { Chore } from './housekeeping/chore.ts';
import { spentTokens } from './identity/accounts/spent-tokens.ts';
import { endedKeys } from './identity/api-keys/ended-keys.ts';
import { endedSessions } from './identity/sessions/ended-sessions.ts';

/** Everything that is tidied up by itself; a team's own chore is added here. */
export const createChores = ({ audit }: Config): Chore[] => [
  auditMonths(audit.retentionDays),
  endedSessions,
  endedKeys,
  spentTokens,
];
