import { Migration } from '@mikro-orm/migrations';

export class Migration20261129130000_factor_tables extends Migration {
  override name = 'Migration20261129130000_factor_tables';

  override up(): void | Promise<void> {
    this.addSql(`alter table "sessions" add column "mfa_at" timestamptz(3) null;`);
    this.addSql(`alter table "sessions" add column "device_id" varchar(32) null;`);

    this.addSql(
      `create table "mfa_challenges" ("id" uuid not null, "created_at" timestamptz(3) not null, "hash" varchar(64) not null, "user_id" uuid not null, "credential_version" int not null, "methods" text[] not null, "scopes" text[] null, "device" varchar(100) null, "device_id" varchar(32) null, "delivery" varchar(8) not null, "states" jsonb not null, "attempts" int not null, "expires_at" timestamptz(3) not null, "ended_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`alter table "mfa_challenges" add constraint "mfa_challenges_hash_unique" unique ("hash");`);
    this.addSql(`create index "mfa_challenges_user_id_index" on "mfa_challenges" ("user_id");`);
    this.addSql(
      `alter table "mfa_challenges" add constraint "mfa_challenges_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );

    this.addSql(
      `create table "trusted_devices" ("id" uuid not null, "created_at" timestamptz(3) not null, "user_id" uuid not null, "device_id" varchar(32) not null, "name" varchar(100) null, "credential_version" int not null, "expires_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "trusted_devices" add constraint "trusted_devices_user_id_device_id_unique" unique ("user_id", "device_id");`,
    );
    this.addSql(
      `alter table "trusted_devices" add constraint "trusted_devices_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );

    this.addSql(
      `create table "totp_credentials" ("id" uuid not null, "created_at" timestamptz(3) not null, "user_id" uuid not null, "sealed_secret" text null, "last_step" int null, "pending_secret" text null, "pending_at" timestamptz(3) null, "pending_factors" text[] null, primary key ("id"));`,
    );
    this.addSql(`alter table "totp_credentials" add constraint "totp_credentials_user_id_unique" unique ("user_id");`);
    this.addSql(
      `alter table "totp_credentials" add constraint "totp_credentials_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );

    this.addSql(
      `create table "recovery_codes" ("id" uuid not null, "created_at" timestamptz(3) not null, "user_id" uuid not null, "hash" varchar(64) not null, "used_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "recovery_codes" add constraint "recovery_codes_user_id_hash_unique" unique ("user_id", "hash");`,
    );
    this.addSql(
      `alter table "recovery_codes" add constraint "recovery_codes_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );
  }
}
