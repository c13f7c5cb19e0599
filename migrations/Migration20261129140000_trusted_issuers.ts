import { Migration } from '@mikro-orm/migrations';

export class Migration20261129140000_trusted_issuers extends Migration {
  override name = 'Migration20261129140000_trusted_issuers';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "issued_subjects" ("id" uuid not null, "created_at" timestamptz(3) not null, "issuer" varchar(2000) not null, "user_id" uuid not null, primary key ("id"));`,
    );
    this.addSql(`create index "issued_subjects_user_id_index" on "issued_subjects" ("user_id");`);
    this.addSql(
      `alter table "issued_subjects" add constraint "issued_subjects_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );

    this.addSql(
      `create table "issuer_logouts" ("id" uuid not null, "created_at" timestamptz(3) not null, "issuer" varchar(2000) not null, "ended_until" timestamptz(3) null, "expires_at" timestamptz(3) not null, primary key ("id"));`,
    );
  }
}
