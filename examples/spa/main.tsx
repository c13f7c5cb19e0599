import { ApolloProvider } from '@apollo/client/react';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { addPasskey } from 'sallyport/client';
import { SallyportProvider, useSession } from 'sallyport/client/react';
import { apollo, client, messageOf } from './api.ts';
import { Articles } from './articles.tsx';
import { SignIn } from './sign-in.tsx';
import './style.css';

function App() {
  const session = useSession();
  if (session.status === 'unknown') return <main aria-busy="true" />;
  if (session.status === 'signed-out') return <SignIn hasEnded={session.ended} />;
  return (
    <>
      <Header name={session.user.displayName} />
      <Articles />
    </>
  );
}

function Header({ name }: { name: string }) {
  const [said, setSaid] = useState<string>();
  const add = (): Promise<void> =>
    addPasskey(client).then(
      () => setSaid('The passkey was added.'),
      (error: unknown) => setSaid(messageOf(error)),
    );
  return (
    <header>
      <span>{name}</span>
      <span role="status">{said}</span>
      <button onClick={() => void add()}>Add a passkey</button>
      <button onClick={() => void client.signOut()}>Sign out</button>
    </header>
  );
}

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no place for the app.');
createRoot(root).render(
  <StrictMode>
    <SallyportProvider client={client}>
      <ApolloProvider client={apollo}>
        <App />
      </ApolloProvider>
    </SallyportProvider>
  </StrictMode>,
);
