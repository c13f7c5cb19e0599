import { Migration } from '@mikro-orm/migrations';

export class Migration20261129181500_external_logins extends Migration {
  override name = 'Migration20261129181500_external_logins';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "external_identities" ("id" uuid not null, "created_at" timestamptz(3) not null, "user_id" uuid not null, "provider" varchar(32) not null, "issuer" varchar(255) not null, "subject" varchar(255) not null, "sealed_tokens" text null, primary key ("id"));`,
    );
    this.addSql(`create index "external_identities_user_id_index" on "external_identities" ("user_id");`);
    this.addSql(
      `alter table "external_identities" add constraint "external_identities_provider_issuer_subject_unique" unique ("provider", "issuer", "subject");`,
    );
    this.addSql(
      `alter table "external_identities" add constraint "external_identities_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );

    this.addSql(
      `create table "external_logins" ("id" uuid not null, "created_at" timestamptz(3) not null, "state_hash" varchar(64) not null, "browser_hash" varchar(64) null, "provider" varchar(32) not null, "delivery" varchar(8) not null, "return_to" text not null, "user_id" uuid null, "session_id" uuid null, "credential_version" int null, "expires_at" timestamptz(3) not null, "ended_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "external_logins" add constraint "external_logins_state_hash_unique" unique ("state_hash");`,
    );
    this.addSql(`create index "external_logins_user_id_index" on "external_logins" ("user_id");`);
    this.addSql(
      `alter table "external_logins" add constraint "external_logins_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );
  }
}
