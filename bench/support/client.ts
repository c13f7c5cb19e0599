/** Sends one operation and answers its data. @throws Error where there is none. */
export async function ask<Data>(
  port: number,
  query: string,
  variables: object = {},
  token?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Data> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Data | null; errors?: readonly object[] };
  if (errors !== undefined || data === undefined || data === null) throw new Error(JSON.stringify(errors ?? data));
  return data;
}

const registration = /* GraphQL */ `
  mutation Register($input: RegisterInput!) {
    register(input: $input) {
      ... on AuthTokens {
        accessToken
      }
    }
  }
`;

/** Makes an account and answers its access token. */
export async function register(port: number, name: string): Promise<string> {
  const input = { email: `${name}@bench.example`, password: 'a long passphrase of no list', displayName: name };
  const { register: tokens } = await ask<{ register: { accessToken: string } }>(port, registration, { input });
  return tokens.accessToken;
}
