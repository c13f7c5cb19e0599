import { createClient } from 'sallyport/client';
import { CreateArticleDocument, ListArticlesDocument } from './generated/graphql.ts';

// `npm run example -- examples/client/main.ts [url]`, while a server with demo data runs (`npm start`).
const client = createClient({ url: process.argv[2] ?? 'http://localhost:4000/graphql' });

await client.signIn({ email: 'editor@demo.sallyport.test', password: 'sallyport-demo', device: 'example client' });
const { createArticle } = await client.query(CreateArticleDocument, {
  title: 'Written by a client',
  body: 'Typed, end to end.',
});
process.stdout.write(`created ${createArticle.status} “${createArticle.title}”\n`);

const { articles } = await client.query(ListArticlesDocument, { first: 10, after: null });
for (const { title, status, author } of articles.nodes)
  process.stdout.write(`${status.padEnd(10)} ${title} (${author.displayName})\n`);
await client.signOut();
