import { deleteInBatches } from '../../jobs/delete-in-batches.ts';
import type { Job } from '../../jobs/job.ts';

const day = 86_400;

/** Deletes single-use tokens a day after they were used or expired: the hourly budgets do not count them any more. */
export const tokenRetention: Job = {
  name: 'spent-tokens',
  everySeconds: day,
  run: (context) => {
    const before = new Date(context.now.getTime() - day * 1000);
    return deleteInBatches(context, 'account_tokens', 'expires_at < ? or ended_at < ?', [before, before]);
  },
};
