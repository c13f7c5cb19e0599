import type { EntityManager } from '@mikro-orm/postgresql';
import type { Provenance } from '../../audit/record.ts';
import type { Feature } from '../../feature/feature.ts';
import { deleteInBatches } from '../../jobs/delete-in-batches.ts';
import type { Job } from '../../jobs/job.ts';
import { createEmailCodeResolvers, type EmailCodeResolversDeps } from './email-codes.resolvers.ts';
import { createEmailCodes, type EmailCodesDeps } from './email-codes.service.ts';
import { PendingEmailLogin } from './pending-email-login.entity.ts';

export interface EmailCodesFeatureDeps extends EmailCodesDeps, Pick<EmailCodeResolversDeps, 'signInField'> {}

/** Deletes sign-ins that have expired. */
const emailLoginRetention: Job = {
  name: 'expired-email-logins',
  everySeconds: 3600,
  run: (context) => deleteInBatches(context, 'email_logins', 'expires_at < ?', [context.now]),
};

/** Ends every mail that waits to sign a user in. */
export const endEmailLogins = (tx: EntityManager, _: Provenance, userId: string): Promise<number> =>
  tx.nativeDelete(PendingEmailLogin, { user: userId });

export const emailCodesFeature = {
  systemWork: 'a mail proves who signs in',
  entities: [PendingEmailLogin],
  jobs: () => [emailLoginRetention],
  create: (deps) => createEmailCodeResolvers({ ...deps, emailCodes: createEmailCodes(deps) }),
} satisfies Feature<EmailCodesFeatureDeps>;
