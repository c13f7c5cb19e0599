import { Migration } from '@mikro-orm/migrations';

export class Migration20261129133000_passkeys extends Migration {
  override name = 'Migration20261129133000_passkeys';

  override up(): void | Promise<void> {
    this.addSql(`alter table "sessions" add column "further_amr" text[] null;`);

    this.addSql(
      `create table "passkeys" ("id" uuid not null, "created_at" timestamptz(3) not null, "user_id" uuid not null, "name" varchar(100) not null, "credential_id" varchar(1400) not null, "public_key" bytea not null, "counter" bigint not null, "transports" text[] not null, "is_synced" boolean not null, "is_backed_up" boolean not null, "last_used_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`alter table "passkeys" add constraint "passkeys_credential_id_unique" unique ("credential_id");`);
    this.addSql(`create index "passkeys_user_id_index" on "passkeys" ("user_id");`);
    this.addSql(
      `alter table "passkeys" add constraint "passkeys_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );

    this.addSql(
      `create table "passkey_ceremonies" ("id" uuid not null, "created_at" timestamptz(3) not null, "challenge" varchar(64) not null, "flow" varchar(16) not null, "user_id" uuid null, "factors" text[] null, "expires_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "passkey_ceremonies" add constraint "passkey_ceremonies_challenge_unique" unique ("challenge");`,
    );
    this.addSql(`create index "passkey_ceremonies_user_id_index" on "passkey_ceremonies" ("user_id");`);
    this.addSql(
      `alter table "passkey_ceremonies" add constraint "passkey_ceremonies_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );
  }
}
