import { Migration } from '@mikro-orm/migrations';

export class Migration20261123090000_signed_until extends Migration {
  override name = 'Migration20261123090000_signed_until';

  override up(): void | Promise<void> {
    this.addSql(`alter table "signing_keys" add column "signed_until" timestamptz(3) null;`);
  }
}
