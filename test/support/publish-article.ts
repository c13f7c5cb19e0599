import type { Client } from './client.ts';

/** Writes an article and publishes it, by whoever may; answers its id. */
export async function publishArticle(by: Client, title: string): Promise<string> {
  const { createArticle } = await by.get<{ createArticle: { id: string } }>(
    'mutation ($title: String!) { createArticle(input: { title: $title, body: "Text." }) { id } }',
    { title },
  );
  await by.get('mutation ($id: ID!) { publishArticle(id: $id) { id } }', createArticle);
  return createArticle.id;
}
