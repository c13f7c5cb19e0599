import { Migration } from '@mikro-orm/migrations';
import { domainToASCII } from 'node:url';

/**
 * Writes the domains of stored e-mails in ASCII, as they are compared from now on. Of two accounts that are then at one
 * address the verified one has it, else the older one. The other one is signed in to by it no more: it keeps its spelling if
 * that differs, or is left without an address. `sallyport users list` shows both.
 */
export class Migration20261130070000_email_domains extends Migration {
  override name = 'Migration20261130070000_email_domains';

  override async up(): Promise<void> {
    // With policies in the database rows are seen only by whom they are meant for.
    await this.execute(`select set_config('sallyport.system', 'on', true)`);
    await this.execute('set local statement_timeout = 0');
    for (const table of ['users', 'account_tokens']) {
      const rows = await this.execute(`select id, email from ${table} where email ~ '@.*[^\\x21-\\x7e]' order by id`);
      for (const { id, email } of rows) await this.spell(table, String(id), String(email));
    }
  }

  private async spell(table: string, id: string, email: string): Promise<void> {
    const spelt = inAscii(email);
    if (spelt === null || (table === 'users' && !(await this.gets(id, spelt)))) return;
    await this.execute(`update ${table} set email = ? where id = ?`, [spelt, id]);
  }

  /** Decides whether an account gets an address; whoever had it, and has less right to it, is then without one. */
  private async gets(id: string, email: string): Promise<boolean> {
    const [first] = await this.execute(
      `select id from users where id = ? or email = ? order by (email_verified_at is null), created_at, id limit 1`,
      [id, email],
    );
    if (first?.['id'] !== id) return false;
    await this.execute(
      `update users set email = id || '@addressless.invalid', email_verified_at = null where email = ?`,
      [email],
    );
    return true;
  }
}

/** Spells the domain of an e-mail in ASCII; null if it cannot be a domain. */
function inAscii(email: string): string | null {
  const at = email.lastIndexOf('@');
  const domain = email.slice(at + 1);
  // It is read as the host of a URL is, where these have a meaning.
  const ascii = /[%/?#:\\]/.test(domain) ? '' : domainToASCII(domain);
  return ascii === '' ? null : `${email.slice(0, at)}@${ascii}`;
}
