import { Migration } from '@mikro-orm/migrations';

export class Migration20261122000000_initial extends Migration {
  override name = 'Migration20261122000000_initial';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "signing_keys" ("id" uuid not null, "created_at" timestamptz(3) not null, "purpose" varchar(16) not null, "algorithm" varchar(16) not null, "state" varchar(16) not null, "public_jwk" jsonb null, "sealed_key" text not null, primary key ("id"));`,
    );
    this.addSql(
      `create unique index "signing_keys_one_active" on "signing_keys" ("purpose", "algorithm") where "state" = 'active';`,
    );

    this.addSql(
      `create table "users" ("id" uuid not null, "created_at" timestamptz(3) not null, "email" varchar(320) not null, "email_verified_at" timestamptz(3) null, "display_name" varchar(100) not null, "roles" text[] not null, "status" varchar(16) not null, "disabled_reason" varchar(500) null, "password_hash" text null, "credential_version" int not null, primary key ("id"));`,
    );
    this.addSql(`alter table "users" add constraint "users_email_unique" unique ("email");`);

    this.addSql(
      `create table "sessions" ("id" uuid not null, "created_at" timestamptz(3) not null, "user_id" uuid not null, "refresh_salt" bytea not null, "refresh_counter" int not null, "rotated_at" timestamptz(3) not null, "last_used_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, "ended_at" timestamptz(3) null, "end_reason" varchar(16) null, "scopes" text[] null, "methods" text[] not null, "credential_version" int not null, "authenticated_at" timestamptz(3) not null, "device" varchar(100) null, "user_agent" varchar(400) null, "ip_address" varchar(45) null, primary key ("id"));`,
    );
    this.addSql(`create index "sessions_user_id_ended_at_index" on "sessions" ("user_id", "ended_at");`);

    this.addSql(
      `create table "articles" ("id" uuid not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "title" varchar(200) not null, "body" text not null, "status" varchar(16) not null, "published_at" timestamptz(3) null, "author_id" uuid not null, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(`create index "articles_author_id_id_index" on "articles" ("author_id", "id");`);

    this.addSql(
      `create table "comments" ("id" uuid not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "body" text not null, "author_id" uuid not null, "article_id" uuid not null, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(`create index "comments_article_id_id_index" on "comments" ("article_id", "id");`);

    this.addSql(
      `alter table "sessions" add constraint "sessions_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "articles" add constraint "articles_author_id_foreign" foreign key ("author_id") references "users" ("id") on delete restrict;`,
    );

    this.addSql(
      `alter table "comments" add constraint "comments_author_id_foreign" foreign key ("author_id") references "users" ("id") on delete restrict;`,
    );
    this.addSql(
      `alter table "comments" add constraint "comments_article_id_foreign" foreign key ("article_id") references "articles" ("id") on delete cascade;`,
    );
  }
}
