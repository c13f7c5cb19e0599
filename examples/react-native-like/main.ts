import { createClient, type MfaRequired, type SignedIn } from 'sallyport/client';
import { ListArticlesDocument } from '../client/generated/graphql.ts';
import { createSecureStore } from './secure-store.ts';

// `npm run example -- examples/react-native-like/main.ts [url] [file] [--sign-out]`, with a server that has demo data.
// Each run is a start of the app: the first signs in, the next finds the session in the store.
const [url = 'http://localhost:4000/graphql', file = 'data/secure-store.json'] = process.argv.slice(2);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const client = createClient({
  url,
  storage: createSecureStore(file),
  onError: ({ code, message }) => say(`${code}: ${message}`),
});
client.session.subscribe((session) => {
  if (session.status === 'signed-out' && session.ended) say('Your session has ended. Please sign in again.');
});

const session = await client.session.load();
if (session.status === 'signed-in') say(`Welcome back, ${session.user.displayName}.`);
else greet(await client.signIn({ email: 'viewer@demo.sallyport.test', password: 'sallyport-demo', device: 'Phone' }));

const { articles } = await client.query(ListArticlesDocument, { first: 10, after: null });
for (const { title, author } of articles.nodes) say(`${title} (${author.displayName})`);

if (process.argv.includes('--sign-out')) {
  await client.signOut();
  say('Signed out.');
}

function greet(result: SignedIn | MfaRequired): void {
  if (result.status === 'mfa-required') throw new Error(`A second factor is needed: ${result.methods.join(' or ')}.`);
  say(`Signed in as ${result.user.displayName}.`);
}
