import type { Answer, Client } from './client.ts';

export const beginEmailLoginDocument = /* GraphQL */ `
  mutation ($email: String!, $delivery: TokenDelivery) {
    beginEmailLogin(email: $email, delivery: $delivery) {
      handle
      expiresIn
    }
  }
`;

export const finishEmailLoginDocument = /* GraphQL */ `
  mutation ($input: FinishEmailLoginInput!) {
    finishEmailLogin(input: $input) {
      ... on AuthTokens {
        accessToken
        user {
          email
          emailVerified
        }
        session {
          methods
          device
        }
      }
      ... on MfaChallenge {
        challenge
        methods
      }
    }
  }
`;

let clients = 0;
/** An IP address that no other client of a test has, so that none uses up the attempts of another. */
const nextIpAddress = (): string => `203.0.113.${(clients += 1) % 250}`;

/** Asks for a mail, as a client of its own; answers the handle. */
export async function beginEmailLogin(
  server: Pick<Client, 'ask'>,
  email: string,
  ipAddress = nextIpAddress(),
): Promise<string> {
  const { body } = await server.ask(beginEmailLoginDocument, { email }, { 'x-forwarded-for': ipAddress });
  if (body.data == null) throw new Error(JSON.stringify(body));
  return (body.data as { beginEmailLogin: { handle: string } }).beginEmailLogin.handle;
}

export const finishEmailLogin = (server: Pick<Client, 'ask'>, input: object): Promise<Answer> =>
  server.ask(finishEmailLoginDocument, { input }, { 'x-forwarded-for': nextIpAddress() });

/** The code that a mail holds, without its blank. */
export const codeIn = (text: string): string => (/^(\d{3}) (\d{3})$/m.exec(text) ?? []).slice(1).join('');
