import { expect } from '@jest/globals';
import { noteCookies, noteLiterals, noteSecrets } from './secret-leak-check.ts';

export interface GraphQLErrorAnswer {
  readonly message: string;
  readonly path?: ReadonlyArray<string | number>;
  readonly extensions: { readonly code: string } & Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly data?: Readonly<Record<string, unknown>> | null;
    readonly errors?: readonly GraphQLErrorAnswer[];
  };
}

export interface Client {
  /** Sends an operation and answers whatever comes back. */
  readonly ask: (query: string, variables?: object, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  /** Sends an operation that must succeed, and answers its data. */
  readonly get: <Data = Record<string, unknown>>(query: string, variables?: object) => Promise<Data>;
  /** Sends an operation that must fail, and answers the code of its first error. */
  readonly refusal: (query: string, variables?: object) => Promise<string>;
}

/** Speaks to the server as any client does: a POST of JSON. */
export function createClient(url: string, ownHeaders: Readonly<Record<string, string>> = {}): Client {
  async function ask(
    query: string,
    variables: object = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...ownHeaders, ...headers },
      body: JSON.stringify({ query, variables }),
    });
    const answer = {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Answer['body'],
    };
    noteLiterals(query);
    noteSecrets([variables, ownHeaders, headers, answer.body]);
    noteCookies(answer.headers);
    return answer;
  }

  return {
    ask,
    async get<Data>(query: string, variables?: object) {
      const { body } = await ask(query, variables);
      expect(body.errors).toBeUndefined();
      return body.data as Data;
    },
    async refusal(query, variables) {
      const { body } = await ask(query, variables);
      return body.errors?.[0]?.extensions.code ?? 'no error';
    },
  };
}
