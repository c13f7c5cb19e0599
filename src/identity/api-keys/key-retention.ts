import { deleteInBatches } from '../../jobs/delete-in-batches.ts';
import type { Job } from '../../jobs/job.ts';

const day = 86_400;
/** Until then a key can be looked at by its id, and its use is recorded as that of a key that was. */
const keptSeconds = 30 * day;

/** Deletes API keys that were revoked or expired 30 days ago. */
export const keyRetention: Job = {
  name: 'ended-keys',
  everySeconds: day,
  run: (context) => {
    const before = new Date(context.now.getTime() - keptSeconds * 1000);
    return deleteInBatches(context, 'api_keys', 'expires_at < ? or revoked_at < ?', [before, before]);
  },
};
