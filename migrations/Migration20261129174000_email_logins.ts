import { Migration } from '@mikro-orm/migrations';

export class Migration20261129174000_email_logins extends Migration {
  override name = 'Migration20261129174000_email_logins';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "email_logins" ("id" uuid not null, "created_at" timestamptz(3) not null, "handle_hash" varchar(64) not null, "code_hash" varchar(64) not null, "token_hash" varchar(64) not null, "email" varchar(320) not null, "user_id" uuid null, "credential_version" int null, "attempts" int not null, "expires_at" timestamptz(3) not null, "ended_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`alter table "email_logins" add constraint "email_logins_handle_hash_unique" unique ("handle_hash");`);
    this.addSql(`create index "email_logins_user_id_index" on "email_logins" ("user_id");`);
    this.addSql(
      `alter table "email_logins" add constraint "email_logins_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );
  }
}
