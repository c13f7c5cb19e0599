import { Migration } from '@mikro-orm/migrations';

export class Migration20261122034640_account_tokens extends Migration {
  override name = 'Migration20261122034640_account_tokens';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "account_tokens" ("id" uuid not null, "created_at" timestamptz(3) not null, "purpose" varchar(16) not null, "hash" varchar(64) not null, "user_id" uuid null, "email" varchar(320) not null, "expires_at" timestamptz(3) not null, "ended_at" timestamptz(3) null, "attempts" int not null, "display_name" varchar(100) null, "password_hash" text null, "roles" text[] null, primary key ("id"));`,
    );
    this.addSql(`alter table "account_tokens" add constraint "account_tokens_hash_unique" unique ("hash");`);
    this.addSql(
      `create index "account_tokens_user_id_purpose_created_at_index" on "account_tokens" ("user_id", "purpose", "created_at");`,
    );
    this.addSql(
      `create index "account_tokens_email_purpose_created_at_index" on "account_tokens" ("email", "purpose", "created_at");`,
    );
    this.addSql(
      `alter table "account_tokens" add constraint "account_tokens_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );

    this.addSql(`alter table "users" add column "closed_at" timestamptz(3) null;`);
  }
}
