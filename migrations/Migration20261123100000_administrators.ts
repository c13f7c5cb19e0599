import { Migration } from '@mikro-orm/migrations';

export class Migration20261123100000_administrators extends Migration {
  override name = 'Migration20261123100000_administrators';

  override up(): void | Promise<void> {
    this.addSql(`create index "users_administrators_index" on "users" ("id") where "roles" @> '{ADMIN}';`);
  }
}
