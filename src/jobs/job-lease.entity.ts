import { defineEntity, p } from '@mikro-orm/core';

/** The lease of a job: a row, and not an advisory lock, which a connection pooler would lose. */
const JobLeaseSchema = defineEntity({
  name: 'JobLease',
  tableName: 'job_leases',
  properties: {
    job: p.string().length(64).primary(),
    /** When the next node may begin: after the job's interval, or once this lease has not been renewed for too long. */
    dueAt: p.datetime(3),
    /** The node that holds the lease. */
    node: p.uuid(),
  },
});

export class JobLease extends JobLeaseSchema.class {}
JobLeaseSchema.setClass(JobLease);
