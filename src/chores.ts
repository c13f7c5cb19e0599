import { auditMonths } from './audit/audit-months.ts';
import type { Config } from './config.ts';
import type { Chore } from './housekeeping/chore.ts';
import { spentTokens } from './identity/accounts/spent-tokens.ts';
import { endedKeys } from './identity/api-keys/ended-keys.ts';
import { endedSessions } from './identity/sessions/ended-sessions.ts';
import { agedKeys, type AgedKeysDeps } from './identity/signing-keys/aged-keys.ts';

/** Everything that is tidied up by itself; a team's own chore is added here. */
export const createChores = (
  { audit, tokens: { algorithm, signingKeyMaxAgeDays } }: Config,
  deps: Pick<AgedKeysDeps, 'vault' | 'recorder'>,
): Chore[] => [
  auditMonths(audit.retentionDays),
  endedSessions,
  endedKeys,
  spentTokens,
  agedKeys({ ...deps, algorithm, maxAgeDays: signingKeyMaxAgeDays }),
];
