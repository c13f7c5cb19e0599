import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { useSession } from 'sallyport/client/react';
import { serverPath } from '../app/facts.ts';
import { useData } from '../app/use-data.ts';
import { InspectToken, InspectTokenWithState } from '../generated/documents.ts';
import { Alert } from '../ui/alert.tsx';
import { PageHead } from '../ui/page.tsx';
import { decodeToken, type DecodedToken } from './decode-token.ts';
import { Lifetime } from './lifetime.tsx';
import { TokenRights } from './token-rights.tsx';
import { checkToken, fetchPublicKeys, verdictOf, type Check, type Outcome } from './verify-token.ts';
import '../styles/token.css';

/** Reads and checks an access token here, and asks the server about one of its own. */
export function TokenPage(): ReactElement {
  const [token, setToken] = useState('');
  const decoded = decodeToken(token);
  return (
    <div className="page">
      <PageHead
        title="Token inspector"
        about="A token is decoded and checked in this page, by the server’s public keys. It is sent nowhere unless it is this server’s own."
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
          <Checked token={token} decoded={decoded} />
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

const signs: Readonly<Record<Outcome, string>> = { yes: '●', no: '○', unknown: '◐' };
const words: Readonly<Record<Outcome, string>> = { yes: 'fits', no: 'does not fit', unknown: 'cannot tell' };
const colours: Readonly<Record<Outcome, string>> = { yes: 'ALLOWED', no: 'UNGUARDED', unknown: 'DEPENDS_ON_OBJECT' };
const verdicts: Readonly<Record<Outcome, string>> = {
  yes: 'Verified: this server signed it, and it has not expired.',
  no: 'Not verified: this server does not take it.',
  unknown: 'Cannot tell from here whether this server takes it.',
};

/** Checks a token in this page; the server is asked about its state alone if it may be its own. */
function Checked({ token, decoded }: { readonly token: string; readonly decoded: DecodedToken }): ReactElement {
  const published = useQuery({ queryKey: ['keys'], queryFn: ({ signal }) => fetchPublicKeys(serverPath, signal) });
  const { data: keys } = published;
  const checked = useQuery({
    queryKey: ['checks', token, keys],
    queryFn: () => (keys === undefined ? [] : checkToken(token, decoded, keys)),
    enabled: keys !== undefined,
  });
  if (published.error)
    return <Alert>The public keys of this server could not be read: {published.error.message}</Alert>;
  if (keys === undefined || checked.data === undefined) return <p role="status">Checking the signature…</p>;
  const verdict = verdictOf(checked.data);
  // A token of which it is not known whose it is stays here.
  const isOwn = checked.data.every(
    ({ name, outcome }) => name === 'Time' || outcome === 'yes' || (name !== 'Issuer' && outcome === 'unknown'),
  );
  return (
    <>
      <div className={`verdict verdict-${colours[verdict]}`} role="status">
        <span aria-hidden="true">{signs[verdict]}</span>
        <p>
          <strong>{verdicts[verdict]}</strong>
        </p>
      </div>
      <Checks checks={checked.data} />
      <Lifetime claims={decoded.claims} clockSeconds={keys.clockSeconds} />
      {isOwn && <State token={token} />}
      {isOwn && <TokenRights key={token} token={token} />}
    </>
  );
}

const Checks = ({ checks }: { readonly checks: readonly Check[] }): ReactElement => (
  <dl className="token-checks">
    {checks.map(({ name, outcome, text }) => (
      <div key={name}>
        <dt>
          <span aria-hidden="true">{signs[outcome]}</span> {name} <span className="muted">{words[outcome]}</span>
        </dt>
        <dd>{text}</dd>
      </div>
    ))}
  </dl>
);

/** Says what only the server knows: whether it takes the token as one for itself, and whether its session lives. */
function State({ token }: { token: string }): ReactElement {
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
  const takes = found.valid && found.revoked !== true;
  return (
    <div className={`verdict verdict-${takes ? 'ALLOWED' : 'DENIED'}`} role="status">
      <span aria-hidden="true">{takes ? '●' : '○'}</span>
      <p>
        The server says:{' '}
        {found.valid ? 'signed by it, for it, and not expired.' : (problems[found.problem ?? ''] ?? found.problem)}
        {found.revoked === true && ' Its session has ended, or its user may not sign in: it counts for nothing.'}
        {found.revoked === false && ' Its session lives.'}
        {!mayKnow && ' Whether its session has ended takes the scope tokens:introspect.'}
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
  not_a_token: 'it takes this for no token.',
  not_ours: 'not signed by a key of its own, or not meant for it.',
  expired: 'signed by it, and expired.',
};
