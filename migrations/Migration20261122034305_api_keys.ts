import { Migration } from '@mikro-orm/migrations';

export class Migration20261122034305_api_keys extends Migration {
  override name = 'Migration20261122034305_api_keys';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "api_keys" ("id" uuid not null, "created_at" timestamptz(3) not null, "owner_id" uuid not null, "name" varchar(100) not null, "secret_hash" bytea not null, "scopes" text[] not null, "networks" text[] not null, "expires_at" timestamptz(3) null, "last_used_at" timestamptz(3) null, "revoked_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index "api_keys_owner_id_revoked_at_index" on "api_keys" ("owner_id", "revoked_at");`);

    this.addSql(
      `alter table "api_keys" add constraint "api_keys_owner_id_foreign" foreign key ("owner_id") references "users" ("id") on delete cascade;`,
    );
  }
}
