import type { Client } from './create-client.ts';
import { SallyportError, type ServerErrorCode } from './errors.ts';
import { BeginExternalLogin, CompleteExternalLogin, IdentityProviders, Refresh } from './generated/documents.ts';
import { outcomeOf, signedIn, type MfaRequired, type SignedIn, type SignIns } from './sign-ins.ts';

export interface IdentityProvider {
  /** The name for `beginExternalLogin`. */
  readonly name: string;
  /** The text of a button. */
  readonly displayName: string;
}

export interface ExternalLoginInput {
  readonly provider: string;
  /** A return URL that OIDC_PROVIDERS lists for this provider; by default the first. */
  readonly returnTo?: string;
  /** Links the identity to the account of the user who is signed in. @throws REAUTHENTICATION_REQUIRED, MFA_REQUIRED */
  readonly link?: boolean;
  /** Has the provider ask for a proof, even if it knows the browser. */
  readonly fresh?: boolean;
}

/** A sign-in that has been begun. It can be kept as JSON, where the tokens will be, and never in a URL. */
export interface BegunExternalLogin {
  /** The URL to open in a browser. */
  readonly authorizationUrl: string;
  readonly state: string;
  /** Null with cookies, one of which is in its place. */
  readonly handle: string | null;
  readonly link: boolean;
}

/** Returns the providers with which people sign in here. */
export const identityProviders = async (client: Pick<Client, 'query'>): Promise<readonly IdentityProvider[]> =>
  (await client.query(IdentityProviders)).identityProviders;

/** Begins a sign-in with a provider, good for ten minutes. */
export async function beginExternalLogin(
  client: Pick<SignIns, 'enter'>,
  { link = false, ...input }: ExternalLoginInput,
): Promise<BegunExternalLogin> {
  const variables = (delivery: 'BODY' | 'COOKIE') => ({ ...input, link, delivery });
  const answer = await client.enter(BeginExternalLogin, variables, { authorized: link });
  return { ...answer.beginExternalLogin, link };
}

/**
 * Ends a sign-in at the URL to which the browser has come back, by what `beginExternalLogin` answered.
 * @throws INVALID_GRANT if it was begun elsewhere or is over; the code that the URL tells if it was refused.
 */
export async function completeExternalLogin(
  client: Pick<SignIns, 'enter'>,
  { state, handle, link }: Omit<BegunExternalLogin, 'authorizationUrl'>,
  url: string,
): Promise<SignedIn | MfaRequired> {
  const given = parametersOf(url);
  // With cookies the server has signed in already, and the URL tells what came of it.
  const usesCookies = handle === null;
  if (!usesCookies && given['state'] !== state) throw refusal('INVALID_GRANT');
  if (given['error'] !== undefined) throw refusal(given['error']);
  if (usesCookies) return given['challenge'] === undefined ? signInByCookies(client) : challengeOf(given);
  const answer = await client.enter(
    CompleteExternalLogin,
    () => ({ code: given['code'] ?? '', state, iss: given['iss'], handle }),
    { authorized: link },
  );
  return outcomeOf(answer.completeExternalLogin);
}

type Parameters = Readonly<Record<string, string | undefined>>;

/** Returns the parameters of a URL, of its query and its fragment. React Native cannot read them. */
function parametersOf(url: string): Parameters {
  const pairs = [...url.matchAll(/[?&#](\w+)=([^&#]*)/g)];
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, textOf(value)]));
}

function textOf(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    throw refusal('INVALID_GRANT');
  }
}

/** Makes an error of a code in the URL. Anyone can write the URL, so a code is all that is taken from it. */
const refusal = (code: string): SallyportError =>
  new SallyportError(
    /^[A-Z_]+$/.test(code) ? (code as ServerErrorCode) : 'BAD_ANSWER',
    'The sign-in with the provider was refused, or was not begun here.',
  );

const signInByCookies = async (client: Pick<SignIns, 'enter'>): Promise<SignedIn> =>
  signedIn((await client.enter(Refresh, () => ({ refreshToken: null }))).refresh);

function challengeOf({ challenge = '', methods = '', expiresIn, passkeyOptions }: Parameters): MfaRequired {
  return {
    status: 'mfa-required',
    challenge,
    methods: methods.split(','),
    expiresInSeconds: Number(expiresIn),
    passkeyOptions: passkeyOptions === undefined ? null : parse(passkeyOptions),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusal('BAD_ANSWER');
  }
}
