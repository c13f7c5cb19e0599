import type { Client } from './create-client.ts';
import type { QueryOptions } from './document.ts';
import {
  BeginPasskeyLogin,
  BeginPasskeyRegistration,
  FinishPasskeyLogin,
  FinishPasskeyRegistration,
  PasskeySignals,
} from './generated/documents.ts';
import { signedIn, type SignedIn } from './sign-ins.ts';

type Options = Readonly<Record<string, unknown>>;

/** The Web Authentication API, level 3: options and responses are JSON. */
interface WebAuthentication {
  readonly PublicKeyCredential: {
    parseCreationOptionsFromJSON(json: unknown): Options;
    parseRequestOptionsFromJSON(json: unknown): Options;
    signalAllAcceptedCredentials?(signals: unknown): Promise<void>;
    signalCurrentUserDetails?(signals: unknown): Promise<void>;
  };
  readonly navigator: {
    readonly credentials: Readonly<
      Record<
        'create' | 'get',
        (options: QueryOptions & { readonly publicKey: Options }) => Promise<{ toJSON(): unknown }>
      >
    >;
  };
}

const web = globalThis as unknown as WebAuthentication;

/**
 * Signs in by a passkey that the user chooses, without a user name.
 * @throws NotAllowedError of the browser if the user refuses; INVALID_CREDENTIALS if the server does.
 */
export async function signInWithPasskey(
  client: Pick<Client, 'query' | 'enter'>,
  options: QueryOptions = {},
): Promise<SignedIn> {
  const response = await provePasskey(client, options);
  const answer = await client.enter(FinishPasskeyLogin, (delivery) => ({ response, delivery }), options);
  return signedIn(answer.finishPasskeyLogin);
}

/** Answers what `completeMfa` takes as `passkey`, for the `passkeyOptions` of a sign-in that needs a second factor. */
export async function answerPasskey(options: unknown, { signal }: QueryOptions = {}): Promise<unknown> {
  const publicKey = web.PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return (await web.navigator.credentials.get({ publicKey, ...(signal && { signal }) })).toJSON();
}

/** Answers what `reauthenticate` takes as `passkey`, for the user who is signed in. */
export const provePasskey = async (client: Pick<Client, 'query'>, options: QueryOptions = {}): Promise<unknown> =>
  answerPasskey((await client.query(BeginPasskeyLogin, {}, options)).beginPasskeyLogin, options);

/**
 * Adds a passkey to the account, under a name to show.
 * @throws REAUTHENTICATION_REQUIRED, MFA_REQUIRED: `reauthenticate` comes first.
 */
export async function addPasskey(
  client: Pick<Client, 'query'>,
  name?: string,
): Promise<{ readonly id: string; readonly name: string }> {
  const { beginPasskeyRegistration } = await client.query(BeginPasskeyRegistration);
  const publicKey = web.PublicKeyCredential.parseCreationOptionsFromJSON(beginPasskeyRegistration);
  const response = (await web.navigator.credentials.create({ publicKey })).toJSON();
  return (await client.query(FinishPasskeyRegistration, { response, name })).finishPasskeyRegistration;
}

/**
 * Tells the browser which passkeys the account has and how it is named, so that a password manager drops those that
 * were removed: after a removal, and after a changed name or e-mail. Does nothing in a browser that takes no such hints.
 */
export async function signalPasskeys(client: Pick<Client, 'query'>): Promise<void> {
  const { me } = await client.query(PasskeySignals);
  const signals = me?.passkeySignals;
  if (signals == null) return;
  const { PublicKeyCredential: credentials } = web as Partial<WebAuthentication>;
  await Promise.allSettled([
    credentials?.signalAllAcceptedCredentials?.(signals),
    credentials?.signalCurrentUserDetails?.(signals),
  ]);
}
