import type { SigningKeysJobDeps } from '../identity/signing-keys/signing-keys.feature.ts';
import type { Job } from '../jobs/job.ts';
import { features } from './features.ts';

/** Creates the jobs of every feature. */
export const createJobs = (deps: SigningKeysJobDeps): Job[] =>
  features.flatMap((feature) => feature.jobs?.(deps) ?? []);
