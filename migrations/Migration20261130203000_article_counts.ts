import { Migration } from '@mikro-orm/migrations';

/**
 * Adds an index of all that decides who may read an article, so that articles are counted without a look at the rows
 * themselves. Articles cannot be written while it is made, a second or so for a million.
 */
export class Migration20261130203000_article_counts extends Migration {
  override name = 'Migration20261130203000_article_counts';

  override up(): void | Promise<void> {
    this.addSql(`create index "articles_status_author_id_index" on "articles" ("status", "author_id");`);
  }
}
