import { useState, type ReactElement } from 'react';
import { createClient } from 'sallyport/client';
import { graphqlUrl } from '../app/facts.ts';
import { urlOf } from '../app/location.ts';
import { HolderOfToken, type HolderOfTokenQuery } from '../generated/documents.ts';
import { Alert } from '../ui/alert.tsx';
import { Link } from '../ui/link.tsx';
import { useAttempt, Waiting } from '../ui/waiting.tsx';

type Holder = HolderOfTokenQuery;

/** Asks the server with the token itself, once a button is pressed, whose it is and what it may do at this moment. */
export function TokenRights({ token }: { readonly token: string }): ReactElement {
  const [holder, setHolder] = useState<Holder>();
  const { isBusy, problem, attempt } = useAttempt('Cancelled.');
  const ask = (): void =>
    attempt(async (signal) => {
      setHolder(undefined);
      setHolder(await asToken(token).query(HolderOfToken, {}, { signal }));
    });
  const scopes = holder?.me?.scopes ?? [];
  return (
    <section className="stack">
      <h2>What it may do now</h2>
      <p className="muted">
        The button sends one question to this server with the token as its credential: it counts as a use of it.
      </p>
      <div>
        <button type="button" className="button" disabled={isBusy} onClick={ask}>
          {isBusy ? 'Asking…' : 'Ask as this token'}
        </button>
      </div>
      <Waiting isBusy={isBusy} what="Waiting for an answer…" />
      {problem !== undefined && <Alert>It may do nothing: {problem}</Alert>}
      {holder !== undefined && holder.me === null && <p>It acts for no user.</p>}
      {holder?.me != null && (
        <>
          <p>
            It acts for <strong>{holder.me.displayName}</strong>, with{' '}
            {scopes.length === 0 ? 'no scope' : 'these scopes'}:
          </p>
          <ul className="token-scopes">
            {scopes.map((scope) => (
              <li key={scope}>
                <code>{scope}</code>
              </li>
            ))}
          </ul>
          <Link href={`${urlOf('simulator')}?${new URLSearchParams({ as: `scopes:${scopes.join(' ')}` }).toString()}`}>
            Try an operation with these scopes in the simulator
          </Link>
        </>
      )}
    </section>
  );
}

/** A client that has this token as its credential, and none of the console's cookies. */
const asToken = (token: string): Pick<ReturnType<typeof createClient>, 'query'> =>
  createClient({
    url: graphqlUrl,
    storage: 'memory',
    fetch: (input, init) => {
      const headers = new Headers(init?.headers);
      headers.set('authorization', `Bearer ${token}`);
      return fetch(input, { ...init, headers, credentials: 'omit' });
    },
  });
