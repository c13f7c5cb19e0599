import { Migration } from '@mikro-orm/migrations';

/**
 * Tells addresses that their owners proved by mail from those that a provider or another issuer vouched for. An account
 * that came to be by one of these counts as not proved: its owner proves it by the next mail. The audit log tells it of one
 * whose identity was unlinked since, as far back as it goes.
 */
export class Migration20261130080000_proved_emails extends Migration {
  override name = 'Migration20261130080000_proved_emails';

  override up(): void | Promise<void> {
    this.addSql(`select set_config('sallyport.system', 'on', true);`);
    // All rows are written: in a large table that takes longer than a statement may.
    this.addSql(`set local statement_timeout = 0;`);
    this.addSql(`alter table "users" add column "email_proved_at" timestamptz(3) null;`);
    this.addSql(
      `update "users" as u set "email_proved_at" = u."email_verified_at"
        where not exists (select 1 from "issued_subjects" s where s."user_id" = u."id")
          and not exists (select 1 from "external_identities" i where i."user_id" = u."id" and i."created_at" = u."created_at")
          and not exists (select 1 from "audit_events" e where e."at" = u."created_at" and e."subject_id" = u."id"
            and e."type" in ('external_identity.linked', 'account.provisioned'));`,
    );
    this.addSql(`alter table "account_tokens" add column "email_proved_at" timestamptz(3) null;`);
    this.addSql(
      `update "account_tokens" t set "email_proved_at" = t."created_at" from "users" u
        where t."purpose" = 'email-revert' and u."id" = t."user_id" and u."email_proved_at" is not null;`,
    );
  }
}
