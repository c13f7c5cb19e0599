import { useState, type ReactElement } from 'react';
import { useSession } from 'sallyport/client/react';
import { useData } from '../app/use-data.ts';
import { InspectToken, InspectTokenWithState } from '../generated/documents.ts';
import { Alert } from '../ui/alert.tsx';
import { Moment, PageHead } from '../ui/page.tsx';
import { decodeToken, lifetimeOf } from './decode-token.ts';
import '../styles/token.css';

/** Reads an access token here, and asks the server whether it is one of its own. */
export function TokenPage(): ReactElement {
  const [token, setToken] = useState('');
  const decoded = decodeToken(token);
  return (
    <div className="page">
      <PageHead
        title="Token inspector"
        about="A token is decoded in this page. It is sent to your own server alone, to check its signature."
      />
      <label className="field">
        Access token
        <textarea
          className="mono"
          rows={5}
          spellCheck={false}
          autoComplete="off"
          placeholder="eyJ…"
          value={token}
          onChange={({ target }) => setToken(target.value.trim())}
        />
      </label>
      {token !== '' && decoded === undefined && (
        <Alert>This is no JSON Web Token: it has not three parts of base64url and JSON.</Alert>
      )}
      {decoded !== undefined && (
        <>
          <Lifetime claims={decoded.claims} />
          <Verdict token={token} />
          <div className="token-parts">
            <Part title="Header" value={decoded.header} />
            <Part title="Claims" value={decoded.claims} />
          </div>
        </>
      )}
    </div>
  );
}

const Part = ({ title, value }: { title: string; value: unknown }): ReactElement => (
  <section>
    <h2>{title}</h2>
    <pre tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>
  </section>
);

function Verdict({ token }: { token: string }): ReactElement {
  const session = useSession();
  const scopes = session.status === 'signed-in' ? session.scopes : [];
  const mayKnow = scopes.includes('*') || scopes.includes('tokens:introspect') || scopes.includes('tokens:*');
  const asked = useData<{ inspectToken: Inspection }, { token: string }>(
    mayKnow ? InspectTokenWithState : InspectToken,
    { token },
  );
  if (asked.error) return <Alert>{asked.error.message}</Alert>;
  const found = asked.data?.inspectToken;
  if (found === undefined) return <p role="status">Asking the server…</p>;
  return (
    <div className={`verdict verdict-${found.valid ? 'ALLOWED' : 'DENIED'}`} role="status">
      <span aria-hidden="true">{found.valid ? '●' : '○'}</span>
      <p>
        {found.valid
          ? 'Signed by this server, for it, and not expired.'
          : (problems[found.problem ?? ''] ?? found.problem)}
        {found.revoked === true && ' Its session has ended, or its user may not sign in: it counts for nothing.'}
        {found.revoked === false && ' Its session lives.'}
      </p>
    </div>
  );
}

interface Inspection {
  readonly valid: boolean;
  readonly problem: string | null;
  readonly revoked?: boolean | null;
}

const problems: Readonly<Record<string, string>> = {
  not_a_token: 'The server takes this for no token.',
  not_ours: 'Not signed by a key of this server, or not meant for it.',
  expired: 'Signed by this server, and expired.',
};

function Lifetime({ claims }: { claims: Readonly<Record<string, unknown>> }): ReactElement | null {
  const lifetime = lifetimeOf(claims, Date.now() / 1000);
  if (lifetime === undefined) return null;
  const { from, until, share } = lifetime;
  return (
    <div className="lifetime">
      <span>
        <Moment at={from.toISOString()} />
      </span>
      <meter min={0} max={1} value={share} aria-label="Share of its lifetime that is over" />
      <span>
        <Moment at={until.toISOString()} />
      </span>
    </div>
  );
}
