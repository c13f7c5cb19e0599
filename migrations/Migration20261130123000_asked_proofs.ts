import { Migration } from '@mikro-orm/migrations';

/**
 * Keeps of a sign-in with a provider that is under way whether the provider was asked for a proof. A sign-in that a node of
 * the former version begins counts as one that was not.
 */
export class Migration20261130123000_asked_proofs extends Migration {
  override name = 'Migration20261130123000_asked_proofs';

  override up(): void | Promise<void> {
    this.addSql(`alter table "external_logins" add column "is_proof_asked" boolean not null default false;`);
  }
}
