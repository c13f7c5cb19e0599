import { createSallyportClient } from './client.ts';
import { CreateArticleDocument, ListArticlesDocument } from './generated/graphql.ts';

// `npm run example -- examples/client/main.ts [address]`, while a server with demo data runs (`npm start`).
const client = createSallyportClient(process.argv[2] ?? 'http://localhost:4000/graphql');

await client.signIn('editor@demo.sallyport.test', 'sallyport-demo');
const { createArticle } = await client.request(CreateArticleDocument, {
  title: 'Written by a client',
  body: 'Typed, end to end.',
});
process.stdout.write(`created ${createArticle.status} “${createArticle.title}”\n`);

const { articles } = await client.request(ListArticlesDocument, { first: 10, after: null });
for (const { title, status, author } of articles.nodes)
  process.stdout.write(`${status.padEnd(10)} ${title} (${author.displayName})\n`);
await client.signOut();
