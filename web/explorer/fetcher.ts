import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';
import { createClient } from 'graphql-ws';
import { client } from '../app/client.ts';
import { graphqlUrl } from '../app/facts.ts';

const credentials = ['authorization', 'x-api-key'];

/**
 * Sends what the explorer asks: with the session's cookies, or with the credential that the user wrote into the headers,
 * which then counts alone.
 */
const send: typeof fetch = (input, init = {}) => {
  const headers = new Headers(init.headers);
  const hasOwn = credentials.some((name) => headers.has(name));
  return hasOwn
    ? fetch(input, { ...init, credentials: 'omit' })
    : client.fetch(input instanceof Request ? input : String(input), init);
};

export const fetcher: Fetcher = createGraphiQLFetcher({
  url: graphqlUrl,
  fetch: send,
  wsClient: createClient({ url: graphqlUrl.replace(/^http/, 'ws'), lazy: true }),
});
