import { Migration } from '@mikro-orm/migrations';

export class Migration20261122061000_housekeeping extends Migration {
  override name = 'Migration20261122061000_housekeeping';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "housekeeping_turns" ("chore" varchar(64) not null, "due_at" timestamptz(3) not null, "node" uuid not null, primary key ("chore"));`,
    );
  }
}
