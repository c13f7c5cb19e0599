import type { Feature } from '../../feature/feature.ts';
import { deleteInBatches } from '../../jobs/delete-in-batches.ts';
import type { Job } from '../../jobs/job.ts';
import {
  createExternalIdentities,
  externalIdentityById,
  type ExternalIdentitiesDeps,
} from './external-identities.service.ts';
import { ExternalIdentity } from './external-identity.entity.ts';
import { externalIdentityPolicy } from './external-identity.policy.ts';
import { createExternalLoginResolvers, type ExternalLoginResolversDeps } from './external-login.resolvers.ts';
import { PendingExternalLogin } from './pending-external-login.entity.ts';

export interface ExternalLoginFeatureDeps
  extends ExternalIdentitiesDeps, Omit<ExternalLoginResolversDeps, 'externalIdentities'> {}

/** Deletes sign-ins that were never completed; for a day a browser's back button is still answered. */
const externalLoginRetention: Job = {
  name: 'expired-external-logins',
  everySeconds: 3600,
  run: (context) =>
    deleteInBatches(context, 'external_logins', 'expires_at < ?', [new Date(context.now.getTime() - 86_400_000)]),
};

export const externalLoginFeature = {
  systemWork: 'a provider proves who signs in, and an owner removes identities',
  entities: [ExternalIdentity, PendingExternalLogin],
  policies: [externalIdentityPolicy],
  nodeTypes: { ExternalIdentity: { table: 'external_identities', load: externalIdentityById } },
  jobs: () => [externalLoginRetention],
  create: (deps) => createExternalLoginResolvers({ ...deps, externalIdentities: createExternalIdentities(deps) }),
} satisfies Feature<ExternalLoginFeatureDeps>;
