import { QueryClient } from '@tanstack/react-query';
import { createClient, SallyportError, type TypedDocument } from 'sallyport/client';
import { graphqlUrl } from './facts.ts';

export const client = createClient({ url: graphqlUrl });

/** Asks with a signal. Of an unknown document the compiler cannot tell whether it takes variables, so it is told. */
export const ask = <Data, Variables>(
  document: TypedDocument<Data, Variables>,
  variables: Variables,
  signal: AbortSignal,
): Promise<Data> => client.query(document, ...([variables, { signal }] as never));

const worthRepeating: readonly string[] = ['NETWORK_FAILED', 'SERVICE_UNAVAILABLE'];

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      networkMode: 'always',
      retry: (count, error) => count < 2 && error instanceof SallyportError && worthRepeating.includes(error.code),
    },
    mutations: { networkMode: 'always' },
  },
});
