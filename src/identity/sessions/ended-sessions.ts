import type { Chore } from '../../housekeeping/chore.ts';
import { sweep } from '../../housekeeping/sweep.ts';

const day = 86_400;
/** So long a session can still be looked at, and the reuse of its tokens be told from nonsense. */
const keptSeconds = 30 * day;

/** Removes sessions that ended or ran out long ago. */
export const endedSessions: Chore = {
  name: 'ended-sessions',
  everySeconds: day,
  run: (scope) => {
    const before = new Date(scope.now.getTime() - keptSeconds * 1000);
    return sweep(scope, 'sessions', 'expires_at < ? or ended_at < ?', [before, before]);
  },
};
