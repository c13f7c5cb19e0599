import type { EntityManager } from '@mikro-orm/postgresql';
import type { Clock } from '../request/context.ts';
import { JobLease } from './job-lease.entity.ts';

export interface Leases {
  /** Acquires the lease of a job that is due; only one node gets it. */
  readonly acquire: (job: string) => Promise<boolean>;
  /** Renews the lease of a job that takes long; false if another node has acquired it by now. */
  readonly renew: (job: string) => Promise<boolean>;
  /** Releases the lease until the job is due again. */
  readonly release: (job: string, everySeconds: number) => Promise<void>;
}

export interface LeasesDeps {
  readonly fork: () => EntityManager;
  readonly clock: Clock;
  /** Identifies this node. */
  readonly node: string;
}

/** A node that has not renewed its lease for this long counts as dead. */
const silenceSeconds = 300;

/** Creates the leases of jobs, by compare-and-set on one row for each. */
export function createLeases({ fork, clock, node }: LeasesDeps): Leases {
  const after = (seconds: number): Date => new Date(clock().getTime() + seconds * 1000);

  async function acquire(job: string): Promise<boolean> {
    const taken = await fork()
      .getConnection()
      .execute<unknown[]>(
        `insert into job_leases (job, due_at, node) values (?, ?, ?)
             on conflict (job) do update set due_at = excluded.due_at, node = excluded.node
          where job_leases.due_at <= ? returning job`,
        [job, after(silenceSeconds), node, clock()],
      );
    return taken.length > 0;
  }

  const until = async (job: string, dueAt: Date): Promise<boolean> =>
    (await fork().nativeUpdate(JobLease, { job, node }, { dueAt })) === 1;

  return {
    acquire,
    renew: (job) => until(job, after(silenceSeconds)),
    release: async (job, everySeconds) => void (await until(job, after(everySeconds))),
  };
}
