import { Secret, TOTP } from 'otpauth';
import { demoPassword } from '../../src/app/demo.ts';
import { createClient, type Client } from './client.ts';
import { signInDocument, type TestServer } from './server.ts';

/** A server that accounts are made on. */
export type Host = Pick<TestServer, 'ask' | 'get' | 'url' | 'now' | 'wait'>;

/** An authenticator app: tells the code of a secret at a moment. */
export const codeAt = (secret: string, at: Date): string =>
  TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: at.getTime() });

export interface Account extends Client {
  readonly email: string;
  readonly password: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** An account with an authenticator app, signed in as it was before it had one. */
export interface EnrolledAccount extends Account {
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
  /** The code of a time step that was not used yet; moves the server's clock to it. */
  readonly nextCode: () => string;
}

const registerDocument = signInDocument.replace('LoginInput', 'RegisterInput').replace('login(', 'login: register(');

let howMany = 0;

/** What a server needs in which `registerAccount` is called often: each account comes from an IP address of its own. */
export const manyClients = { TRUSTED_PROXIES: '127.0.0.0/8' };

/** Registers an account of its own for a test. */
export async function registerAccount(server: Host): Promise<Account> {
  howMany += 1;
  const [email, password] = [`owner${howMany}@factors.example`, demoPassword];
  const { body } = await server.ask(
    registerDocument,
    { input: { email, password, displayName: 'Owner' } },
    { 'x-forwarded-for': `192.0.2.${howMany}` },
  );
  if (body.data == null) throw new Error(JSON.stringify(body));
  const { login } = body.data as { login: { accessToken: string; refreshToken: string } };
  const { accessToken, refreshToken } = login;
  const client = createClient(server.url, { authorization: `Bearer ${accessToken}` });
  return { ...client, accessToken, refreshToken, email, password };
}

export const beginDocument = 'mutation { beginTotpEnrolment { secret uri qrCode } }';
export const confirmDocument = 'mutation ($code: String!) { confirmTotpEnrolment(code: $code) { codes } }';

/** Adds an authenticator app to an account by its own session. */
export async function enrol(server: Host, account: Account): Promise<EnrolledAccount> {
  const { beginTotpEnrolment } = await account.get<{ beginTotpEnrolment: { secret: string } }>(beginDocument);
  const { secret } = beginTotpEnrolment;
  const { confirmTotpEnrolment } = await account.get<{ confirmTotpEnrolment: { codes: string[] } }>(confirmDocument, {
    code: codeAt(secret, server.now()),
  });
  return {
    ...account,
    secret,
    recoveryCodes: confirmTotpEnrolment.codes,
    nextCode() {
      server.wait(30);
      return codeAt(secret, server.now());
    },
  };
}

export const enrolledAccount = async (server: Host): Promise<EnrolledAccount> =>
  enrol(server, await registerAccount(server));

export const challengeDocument = /* GraphQL */ `
  mutation ($input: LoginInput!) {
    login(input: $input) {
      ... on MfaChallenge {
        challenge
        methods
        expiresIn
        passkeyOptions
      }
      ... on AuthTokens {
        accessToken
        deviceToken
      }
    }
  }
`;

/** Signs in by the password, which must end in a challenge; answers its text. */
export async function challengeOf(
  server: Host,
  { email, password }: Pick<Account, 'email' | 'password'>,
  input: object = {},
): Promise<string> {
  const { login } = await server.get<{ login: { challenge: string } }>(challengeDocument, {
    input: { email, password, ...input },
  });
  return login.challenge;
}

export const completeDocument = /* GraphQL */ `
  mutation ($input: CompleteMfaInput!) {
    completeMfa(input: $input) {
      accessToken
      refreshToken
      deviceToken
      user {
        email
        mfaEnabled
        recoveryCodesLeft
      }
      session {
        methods
      }
    }
  }
`;

export interface Completed {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly deviceToken: string;
  readonly user: { readonly email: string; readonly mfaEnabled: boolean; readonly recoveryCodesLeft: number };
  readonly session: { readonly methods: readonly string[] };
}

/** Ends a sign-in by a proof, which must be accepted. A narrowed sign-in asks for nothing that it may not read. */
export async function complete(
  server: Host,
  challenge: string,
  proof: object,
  document = completeDocument,
): Promise<Completed> {
  const { completeMfa } = await server.get<{ completeMfa: Completed }>(document, {
    input: { challenge, ...proof },
  });
  return completeMfa;
}

/** Signs in with both factors. */
export async function signInWithCode(server: Host, account: EnrolledAccount): Promise<Completed & Client> {
  const completed = await complete(server, await challengeOf(server, account), { code: account.nextCode() });
  return { ...completed, ...createClient(server.url, { authorization: `Bearer ${completed.accessToken}` }) };
}
