import { ask } from '../../support/client.ts';

export const password = 'a long passphrase of no list';
export const emailOf = (name: string): string => `${name}@bench.example`;

export const loginMutation = /* GraphQL */ `
  mutation Login($input: LoginInput!) {
    login(input: $input) {
      ... on AuthTokens {
        accessToken
        refreshToken
      }
    }
  }
`;

/** Signs in an account that `register` made. */
export async function signIn(port: number, name: string): Promise<{ accessToken: string; refreshToken: string }> {
  const { login } = await ask<{ login: { accessToken: string; refreshToken: string } }>(port, loginMutation, {
    input: { email: emailOf(name), password },
  });
  return login;
}
