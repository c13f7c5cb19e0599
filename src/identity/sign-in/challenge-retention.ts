import { deleteInBatches } from '../../jobs/delete-in-batches.ts';
import type { Job } from '../../jobs/job.ts';

const day = 86_400;

/** Deletes challenges and trusted devices a day after they expired. */
export const challengeRetention: Job = {
  name: 'expired-challenges',
  everySeconds: day,
  async run(context) {
    const before = new Date(context.now.getTime() - day * 1000);
    const challenges = await deleteInBatches(context, 'mfa_challenges', 'expires_at < ?', [before]);
    return challenges + (await deleteInBatches(context, 'trusted_devices', 'expires_at < ?', [before]));
  },
};
