import { deleteInBatches } from '../../jobs/delete-in-batches.ts';
import type { Job } from '../../jobs/job.ts';

const day = 86_400;
/** Until then a session can be looked at, and the reuse of its tokens is recognised. */
const keptSeconds = 30 * day;

/** Deletes sessions that ended or expired 30 days ago. */
export const sessionRetention: Job = {
  name: 'ended-sessions',
  everySeconds: day,
  run: (context) => {
    const before = new Date(context.now.getTime() - keptSeconds * 1000);
    return deleteInBatches(context, 'sessions', 'expires_at < ? or ended_at < ?', [before, before]);
  },
};
