import { openConnection, requestBytes, requireOk, type Connection, type Target } from '../../support/connection.ts';
import { signIn } from './sign-in.ts';

/** A way to exchange a refresh token. */
export interface Door {
  readonly name: string;
  readonly request: (port: number, token: string) => Target;
  /** Finds the successor in an answer's bytes. */
  readonly successor: RegExp;
}

const mutation = 'mutation ($token: String) { refresh(refreshToken: $token) { accessToken refreshToken expiresIn } }';

export const doors: readonly Door[] = [
  {
    name: '`refresh` of GraphQL',
    request: (port, token) => ({
      port,
      path: '/graphql',
      body: JSON.stringify({ query: mutation, variables: { token } }),
    }),
    successor: /"refreshToken":"([^"]+)"/,
  },
  {
    name: '`POST /oauth/token`',
    request: (port, token) => ({
      port,
      path: '/oauth/token',
      body: `grant_type=refresh_token&refresh_token=${token}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }),
    successor: /"refresh_token":"([^"]+)"/,
  },
];

export interface Chains {
  /** Refreshes so many times in all, each session one after the other; answers the seconds. */
  readonly refresh: (count: number) => Promise<number>;
  readonly close: () => void;
}

/** New sessions of an account, each with a connection, and each handing on its newest token. */
export async function openChains(
  port: number,
  { request, successor }: Door,
  { name, sessions }: { name: string; sessions: number },
): Promise<Chains> {
  const chains: Array<{ readonly connection: Connection; token: string }> = [];
  for (let index = 0; index < sessions; index += 1) {
    const { refreshToken } = await signIn(port, name);
    chains.push({ connection: await openConnection(port), token: refreshToken });
  }

  return {
    async refresh(count) {
      let left = count;
      const start = performance.now();
      await Promise.all(
        chains.map(async (chain) => {
          while (left > 0) {
            left -= 1;
            const answer = requireOk(await chain.connection.send(requestBytes(request(port, chain.token))));
            const [, next] = successor.exec(answer) ?? [];
            if (next === undefined) throw new Error(`No token came back: ${answer}`);
            chain.token = next;
          }
        }),
      );
      return (performance.now() - start) / 1000;
    },
    close: () => chains.forEach(({ connection }) => connection.close()),
  };
}
