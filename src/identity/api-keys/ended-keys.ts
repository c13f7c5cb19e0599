import type { Chore } from '../../housekeeping/chore.ts';
import { sweep } from '../../housekeeping/sweep.ts';

const day = 86_400;
/** So long a key can still be looked at by its id, and its use be told from that of one that never was. */
const keptSeconds = 30 * day;

/** Removes API keys that were revoked or ran out long ago. */
export const endedKeys: Chore = {
  name: 'ended-keys',
  everySeconds: day,
  run: (scope) => {
    const before = new Date(scope.now.getTime() - keptSeconds * 1000);
    return sweep(scope, 'api_keys', 'expires_at < ? or revoked_at < ?', [before, before]);
  },
};
