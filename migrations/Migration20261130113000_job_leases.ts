import { Migration } from '@mikro-orm/migrations';

/**
 * Renames the table of the jobs' leases, and its column, to the words of the code. A node of the former version that still
 * runs does not find the table: it does no jobs, logs so every five minutes, and answers requests as before. The nodes of
 * this version do the jobs meanwhile; a lease that the former one holds runs out as that of a node that has died.
 */
export class Migration20261130113000_job_leases extends Migration {
  override name = 'Migration20261130113000_job_leases';

  override up(): void | Promise<void> {
    this.addSql(`alter table "housekeeping_turns" rename to "job_leases";`);
    this.addSql(`alter table "job_leases" rename column "chore" to "job";`);
    this.addSql(`alter table "job_leases" rename constraint "housekeeping_turns_pkey" to "job_leases_pkey";`);
  }
}
