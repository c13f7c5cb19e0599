import { JobLease } from '../jobs/job-lease.entity.ts';
import { features } from './features.ts';

/** Every table: those of the features, and what nodes agree by on who does a job. */
export const entities = [...features.flatMap((feature) => feature.entities ?? []), JobLease];
