import { useState, type FormEvent, type ReactElement } from 'react';
import { answerPasskey, SallyportError, signInWithPasskey, type MfaRequired } from 'sallyport/client';
import { Alert } from '../ui/alert.tsx';
import { FactorForm } from '../ui/factor-form.tsx';
import { Field } from '../ui/field.tsx';
import { useAttempt, Waiting } from '../ui/waiting.tsx';
import { client } from './client.ts';
import { isDevelopment, publicOrigin } from './facts.ts';
import { LeavingNotice } from './leaving.tsx';
import { otherSignIn } from './other-sign-in.ts';
import { withPasskey } from './with-passkey.ts';

export function SignInPage(): ReactElement {
  return (
    <main className="sign-in">
      <SignIn title="Sign in to the console" />
    </main>
  );
}

interface SignInProps {
  readonly title: string;
  /** Shown where the sign-in stands over a page, which keeps what was typed. */
  readonly hint?: string;
}

/** Signs in by password or passkey, and answers for a second factor; the server's own page has further ways. */
export function SignIn({ title, hint }: SignInProps): ReactElement {
  const [challenge, setChallenge] = useState<MfaRequired>();
  const { isBusy, problem, attempt: run } = useAttempt('Cancelled: you are not signed in.');

  const attempt: FormProps['attempt'] = (work) =>
    run(
      async (signal) => {
        const outcome = await work(signal);
        if (isChallenge(outcome)) setChallenge(outcome);
      },
      // A challenge that is over cannot be answered any more.
      (error) => error instanceof SallyportError && error.code === 'INVALID_GRANT' && setChallenge(undefined),
    );

  return (
    <div className="sign-in-card">
      <Mark />
      <h1>{title}</h1>
      {hint !== undefined && <p className="muted">{hint}</p>}
      {location.origin !== publicOrigin && <WrongOrigin />}
      {problem !== undefined && <Alert>{problem}</Alert>}
      {challenge === undefined ? (
        <PasswordForm isBusy={isBusy} attempt={attempt} isInPlace={hint !== undefined} />
      ) : (
        <ChallengeForm isBusy={isBusy} attempt={attempt} challenge={challenge} onBack={() => setChallenge(undefined)} />
      )}
      <Waiting isBusy={isBusy} what="Waiting for an answer…" />
      <LeavingNotice />
    </div>
  );
}

interface FormProps {
  readonly isBusy: boolean;
  readonly attempt: (work: (signal: AbortSignal) => Promise<unknown>) => void;
}

function PasswordForm({ isBusy, attempt, isInPlace }: FormProps & { isInPlace: boolean }): ReactElement {
  const other = otherSignIn();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const input = { email: textOf(form, 'email'), password: textOf(form, 'password'), device: 'Console' };
    attempt((signal) => client.signIn(input, { signal }));
  };
  return (
    <>
      <form onSubmit={submit} className="stack">
        <Field label="E-mail address" name="email" type="email" autoComplete="username" required autoFocus />
        <Field label="Password" name="password" type="password" autoComplete="current-password" required />
        <button className="button primary wide" disabled={isBusy}>
          {isBusy ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
      <button
        className="button wide"
        disabled={isBusy}
        onClick={() => attempt((signal) => withPasskey(() => signInWithPasskey(client, { signal })))}
      >
        Sign in with a passkey
      </button>
      {other !== undefined && (
        <a className="small" href={other} {...(isInPlace ? { target: '_blank' } : {})}>
          Other ways to sign in{isInPlace && ', in a new tab'}
        </a>
      )}
      <details className="muted small">
        <summary>No administrator yet?</summary>
        <p>
          On the server, <code>npm run -s sallyport -- users create --email ada@example.com --role ADMIN</code> makes
          one, and prints a link to set the password.
        </p>
      </details>
      {isDevelopment && (
        <p className="muted small">
          With demo data: <code>admin@demo.sallyport.test</code>, or <code>viewer@</code>, <code>editor@</code>,{' '}
          <code>moderator@</code>; password <code>sallyport-demo</code>.
        </p>
      )}
    </>
  );
}

interface ChallengeFormProps extends FormProps {
  readonly challenge: MfaRequired;
  readonly onBack: () => void;
}

function ChallengeForm({ isBusy, attempt, challenge: asked, onBack }: ChallengeFormProps): ReactElement {
  const { challenge, methods, passkeyOptions } = asked;
  return (
    <>
      <FactorForm
        methods={methods}
        isBusy={isBusy}
        submit="Continue"
        onTyped={(proof) => attempt((signal) => client.completeMfa({ challenge, ...proof }, { signal }))}
        onPasskey={() =>
          attempt(async (signal) => {
            const passkey = await withPasskey(() => answerPasskey(passkeyOptions, { signal }));
            return client.completeMfa({ challenge, passkey }, { signal });
          })
        }
      />
      <button type="button" className="button wide" onClick={onBack}>
        Start over
      </button>
    </>
  );
}

function WrongOrigin(): ReactElement {
  const right = `${publicOrigin}${location.pathname}${location.search}`;
  return (
    <Alert>
      Sign-ins count at {publicOrigin} alone, which is PUBLIC_URL. <a href={right}>Open the console there</a>.
    </Alert>
  );
}

export function Mark(): ReactElement {
  return (
    <svg className="mark" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect width="32" height="32" rx="7" />
      <path d="M9 25V13.5a7 7 0 0 1 14 0V25h-4.2V13.8a2.8 2.8 0 0 0-5.6 0V25z" />
    </svg>
  );
}

const isChallenge = (outcome: unknown): outcome is MfaRequired =>
  (outcome as { status?: unknown } | undefined)?.status === 'mfa-required';

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
