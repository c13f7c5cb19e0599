import { Migration } from '@mikro-orm/migrations';

/**
 * The audit log, one partition a month. Housekeeping makes the partitions of the months to come; a row of a month that
 * has none waits in the default partition, so that no event, and no sign-in, ever fails for the want of one.
 */
export class Migration20261122054500_audit_events extends Migration {
  override name = 'Migration20261122054500_audit_events';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "audit_events" ("id" uuid not null, "at" timestamptz(3) not null, "type" varchar(64) not null, "outcome" varchar(16) not null, "actor_id" uuid null, "subject_id" uuid null, "session_id" uuid null, "ip_address" varchar(45) null, "user_agent" varchar(400) null, "request_id" uuid null, "details" jsonb null, primary key ("at", "id")) partition by range ("at");`,
    );
    this.addSql(`create table "audit_events_default" partition of "audit_events" default;`);
    this.addSql(`create index "audit_events_type_at_id_index" on "audit_events" ("type", "at", "id");`);
    this.addSql(
      `create index "audit_events_actor_id_at_id_index" on "audit_events" ("actor_id", "at", "id") where "actor_id" is not null;`,
    );
    this.addSql(
      `create index "audit_events_outcome_at_id_index" on "audit_events" ("outcome", "at", "id") where "outcome" <> 'SUCCESS';`,
    );
  }
}
