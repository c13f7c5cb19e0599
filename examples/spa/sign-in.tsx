import { useEffect, useState } from 'react';
import {
  answerPasskey,
  beginExternalLogin,
  completeExternalLogin,
  identityProviders,
  signInWithPasskey,
  type BegunExternalLogin,
  type IdentityProvider,
  type MfaRequired,
  type SignedIn,
} from 'sallyport/client';
import { client, messageOf } from './api.ts';

type Outcome = SignedIn | MfaRequired;
type Attempt = (work: () => Promise<Outcome>) => Promise<void>;

/** Signs in by whatever the visitor has; a second factor is asked for if the account has one. */
export function SignIn({ hasEnded }: { hasEnded: boolean }) {
  const [challenge, setChallenge] = useState<MfaRequired>();
  const [problem, setProblem] = useState(hasEnded ? 'Your session has ended. Please sign in again.' : undefined);
  const [isBusy, setBusy] = useState(false);

  const attempt: Attempt = async (work) => {
    setBusy(true);
    setProblem(undefined);
    try {
      const outcome = await work();
      if (outcome.status === 'mfa-required') setChallenge(outcome);
    } catch (error) {
      setProblem(messageOf(error));
    }
    setBusy(false);
  };
  useEffect(() => {
    if (comingBack !== undefined) void attempt(() => comingBack);
  }, []);

  return (
    <main className="card">
      <h1>{challenge === undefined ? 'Sign in' : 'One more proof'}</h1>
      {problem !== undefined && <p role="alert">{problem}</p>}
      <fieldset disabled={isBusy}>
        {challenge === undefined ? (
          <FirstFactor attempt={attempt} />
        ) : (
          <SecondFactor attempt={attempt} challenge={challenge} />
        )}
      </fieldset>
    </main>
  );
}

function FirstFactor({ attempt }: { attempt: Attempt }) {
  const [providers, setProviders] = useState<readonly IdentityProvider[]>([]);
  useEffect(() => {
    identityProviders(client).then(setProviders, () => undefined);
  }, []);

  return (
    <>
      <form
        action={(form) =>
          attempt(() => client.signIn({ email: textOf(form, 'email'), password: textOf(form, 'password') }))
        }
      >
        <label>
          E-mail address <input name="email" type="email" autoComplete="username" required />
        </label>
        <label>
          Password <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <button className="primary">Sign in</button>
      </form>
      <button onClick={() => void attempt(() => signInWithPasskey(client))}>Sign in with a passkey</button>
      {providers.map(({ name, displayName }) => (
        <button key={name} onClick={() => void attempt(() => leaveFor(name))}>
          Continue with {displayName}
        </button>
      ))}
    </>
  );
}

function SecondFactor({ attempt, challenge: asked }: { attempt: Attempt; challenge: MfaRequired }) {
  const { challenge, methods, passkeyOptions } = asked;
  const complete = (form: FormData): Promise<void> => {
    const typed = textOf(form, 'code').trim();
    const proof = /^\d{3} ?\d{3}$/.test(typed) ? { code: typed } : { recoveryCode: typed };
    return attempt(() => client.completeMfa({ challenge, ...proof, trustDevice: form.has('trust') }));
  };
  return (
    <>
      {methods.includes('TOTP') && (
        <form action={complete}>
          <label>
            Code of your app, or a recovery code <input name="code" autoComplete="one-time-code" required autoFocus />
          </label>
          <label className="check">
            <input name="trust" type="checkbox" /> Trust this device
          </label>
          <button className="primary">Continue</button>
        </form>
      )}
      {passkeyOptions != null && (
        <button
          onClick={() =>
            void attempt(async () => client.completeMfa({ challenge, passkey: await answerPasskey(passkeyOptions) }))
          }
        >
          Use a passkey
        </button>
      )}
    </>
  );
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

const begunKey = 'begun-sign-in';
/** The page to which providers lead back, which is this one. It stands in the server's OIDC_PROVIDERS. */
const returnPath = '/signed-in';

/** Leaves the page for a provider; nothing is to be done here any more. */
async function leaveFor(provider: string): Promise<never> {
  const begun = await beginExternalLogin(client, { provider, returnTo: location.origin + returnPath });
  sessionStorage.setItem(begunKey, JSON.stringify(begun));
  location.assign(begun.authorizationUrl);
  return new Promise(() => undefined);
}

/** The sign-in from which the browser comes back, if it does. It is ended once, when the page is loaded. */
const comingBack = location.pathname === returnPath ? comeBack() : undefined;
// It may fail before the form is there that tells so.
comingBack?.catch(() => undefined);

function comeBack(): Promise<Outcome> {
  const begun = JSON.parse(sessionStorage.getItem(begunKey) ?? '{}') as BegunExternalLogin;
  sessionStorage.removeItem(begunKey);
  const { href } = location;
  history.replaceState(null, '', '/');
  return completeExternalLogin(client, begun, href);
}
