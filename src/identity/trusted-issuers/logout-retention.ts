import { deleteInBatches } from '../../jobs/delete-in-batches.ts';
import type { Job } from '../../jobs/job.ts';

const hour = 3600;

/** Deletes logouts of issuers once no token that they end can be alive. */
export const logoutRetention: Job = {
  name: 'issuer-logouts',
  everySeconds: hour,
  run: (context) => deleteInBatches(context, 'issuer_logouts', 'expires_at < ?', [context.now]),
};
