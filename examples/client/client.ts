import { RefreshDocument, SignInDocument, SignOutDocument, type TypedDocumentString } from './generated/graphql.ts';

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** What the server refused; `code` is one of its closed list, such as `FORBIDDEN` or `BAD_USER_INPUT`. */
export class SallyportError extends Error {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.name = 'SallyportError';
    this.code = code;
  }
}

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: ReadonlyArray<{ readonly message: string; readonly extensions: { readonly code: string } }>;
}

/**
 * A client that stays signed in. However many requests find the access token expired, one refresh is in flight and all
 * of them wait for it; where the session is over, the next request is refused as `UNAUTHENTICATED`.
 */
export function createSallyportClient(url: string) {
  let tokens: Tokens | undefined;
  let refreshing: Promise<void> | undefined;

  async function send<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
    accessToken: string | undefined,
  ): Promise<{ status: number; answer: Answer<Data> }> {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
      },
      body: JSON.stringify({ query: document.toString(), variables }),
    });
    return { status: response.status, answer: (await response.json()) as Answer<Data> };
  }

  /** Sends a typed operation and answers its data. @throws SallyportError with the code of the first error. */
  async function request<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
  ): Promise<Data> {
    const used = tokens;
    const first = await send(document, variables, used?.accessToken);
    if (first.status !== 401 || used === undefined) return dataOf(first.answer);
    await renew(used);
    const second = await send(document, variables, tokens?.accessToken);
    return dataOf(second.answer);
  }

  /** Renews the tokens that were refused, unless somebody else has done so meanwhile. */
  async function renew(refused: Tokens): Promise<void> {
    if (tokens !== refused) return;
    refreshing ??= refresh(refused).finally(() => (refreshing = undefined));
    await refreshing;
  }

  async function refresh({ refreshToken }: Tokens): Promise<void> {
    const { answer } = await send(RefreshDocument, { refreshToken }, undefined);
    tokens = tokensOf(answer.data?.refresh);
  }

  return {
    request,

    async signIn(email: string, password: string): Promise<void> {
      const { answer } = await send(SignInDocument, { email, password }, undefined);
      const { login } = dataOf(answer);
      tokens = 'accessToken' in login ? tokensOf(login) : undefined;
    },

    async signOut(): Promise<void> {
      const ending = tokens;
      tokens = undefined;
      if (ending !== undefined) await send(SignOutDocument, { refreshToken: ending.refreshToken }, undefined);
    },

    isSignedIn: (): boolean => tokens !== undefined,
  };
}

function dataOf<Data>({ data, errors }: Answer<Data>): Data {
  const [error] = errors ?? [];
  if (error !== undefined) throw new SallyportError(error.message, error.extensions.code);
  if (data == null) throw new SallyportError('The server answered no data.', 'INTERNAL_SERVER_ERROR');
  return data;
}

/** Tokens are null where they were delivered as cookies, which this client does not ask for. */
function tokensOf(
  found: { accessToken?: string | null; refreshToken?: string | null } | null | undefined,
): Tokens | undefined {
  const { accessToken, refreshToken } = found ?? {};
  return accessToken == null || refreshToken == null ? undefined : { accessToken, refreshToken };
}
