import { Migration } from '@mikro-orm/migrations';

export class Migration20261129124500_second_factors extends Migration {
  override name = 'Migration20261129124500_second_factors';

  override up(): void | Promise<void> {
    this.addSql(`alter table "users" add column "second_factors" text[] not null default '{}';`);
  }
}
