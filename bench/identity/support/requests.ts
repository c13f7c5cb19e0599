import { emailOf, loginMutation, password } from './sign-in.ts';

/** An administrator, and what its requests need. */
export interface Caller {
  readonly name: string;
  readonly accessToken: string;
  refreshToken: string;
  readonly otherUserId: string;
}

export interface NamedRequest {
  readonly name: string;
  readonly of: (caller: Caller) => { readonly body: string; readonly headers?: Readonly<Record<string, string>> };
  /** The part of this answer that the next request needs. */
  readonly after?: (caller: Caller, answer: string) => void;
}

/** The requests of sign-in, refresh, check and the pages of users, sessions and audit ask. */
export const createRequests = (): NamedRequest[] => [
  {
    name: 'sign-in',
    of: ({ name }) => bodyOf(loginMutation, { input: { email: emailOf(name), password } }),
  },
  {
    name: 'refresh',
    of: ({ refreshToken }) =>
      bodyOf('mutation ($token: String) { refresh(refreshToken: $token) { accessToken refreshToken } }', {
        token: refreshToken,
      }),
    after(caller, answer) {
      caller.refreshToken = /"refreshToken":"([^"]+)"/.exec(answer)?.[1] ?? '';
    },
  },
  query('check of a token', '{ __typename }'),
  query('{ me { id } }', '{ me { id } }'),
  query('20 users', '{ users(first: 20) { nodes { id displayName email } pageInfo { endCursor } } }'),
  query('the sessions of a user', '{ me { sessions { id lastUsedAt } } }'),
  query('50 audit events', '{ auditEvents(first: 50) { nodes { id at type actor { displayName } } } }'),
  query('50 of a type', '{ auditEvents(first: 50, filter: { type: "user.roles_changed" }) { nodes { id at } } }'),
  query('50 failures', '{ auditEvents(first: 50, filter: { outcome: FAILURE }) { nodes { id at } } }'),
  {
    name: 'the events of a user',
    of: (caller) => ({
      ...bodyOf('query ($actor: ID!) { auditEvents(first: 50, filter: { actorId: $actor }) { nodes { id at } } }', {
        actor: caller.otherUserId,
      }),
      headers: headersOf(caller),
    }),
  },
];

function query(name: string, text: string): NamedRequest {
  return { name, of: (caller) => ({ ...bodyOf(text, {}), headers: headersOf(caller) }) };
}

const headersOf = ({ accessToken }: Caller): Record<string, string> => ({ authorization: `Bearer ${accessToken}` });

const bodyOf = (text: string, variables: object): { body: string } => ({
  body: JSON.stringify({ query: text, variables }),
});
