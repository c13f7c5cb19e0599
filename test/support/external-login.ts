import type { Answer, Client } from './client.ts';

export const beginExternalLoginDocument = /* GraphQL */ `
  mutation ($provider: String!, $returnTo: String, $delivery: TokenDelivery, $link: Boolean, $fresh: Boolean) {
    beginExternalLogin(provider: $provider, returnTo: $returnTo, delivery: $delivery, link: $link, fresh: $fresh) {
      authorizationUrl
      state
      handle
    }
  }
`;

export const completeExternalLoginDocument = /* GraphQL */ `
  mutation ($code: String!, $state: String!, $iss: String, $handle: String) {
    completeExternalLogin(code: $code, state: $state, iss: $iss, handle: $handle) {
      ... on AuthTokens {
        accessToken
        user {
          id
          email
          emailVerified
          displayName
        }
        session {
          methods
        }
      }
      ... on MfaChallenge {
        challenge
        methods
      }
    }
  }
`;

export interface Begun {
  readonly authorizationUrl: string;
  readonly state: string;
  readonly handle: string | null;
}

/** The handles that clients keep, by the state that comes back to them. */
const handles = new Map<string, string | null>();

export interface CompletedExternally {
  readonly accessToken: string;
  readonly challenge: string;
  readonly methods: readonly string[];
  readonly user: { readonly id: string; readonly email: string; readonly displayName: string };
}

export async function beginExternalLogin(
  client: Pick<Client, 'get'>,
  provider: string,
  variables: object = {},
): Promise<Begun> {
  const found = await client.get<{ beginExternalLogin: Begun }>(beginExternalLoginDocument, { provider, ...variables });
  const { state, handle } = found.beginExternalLogin;
  handles.set(state, handle);
  return found.beginExternalLogin;
}

/** Gives the parameters of a redirect to `completeExternalLogin`, with the handle of the client that began. */
export const completeExternalLogin = (
  client: Pick<Client, 'ask'>,
  redirect: URL,
  changes: object = {},
): Promise<Answer> =>
  client.ask(completeExternalLoginDocument, {
    ...Object.fromEntries(redirect.searchParams),
    handle: handles.get(redirect.searchParams.get('state') ?? ''),
    ...changes,
  });

export const completedOf = ({ body }: Answer): CompletedExternally => {
  if (body.data == null) throw new Error(JSON.stringify(body));
  return (body.data as { completeExternalLogin: CompletedExternally }).completeExternalLogin;
};

export const codeOf = ({ body }: Answer): string => body.errors?.[0]?.extensions.code ?? 'no error';
