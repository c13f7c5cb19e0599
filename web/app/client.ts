import { QueryClient } from '@tanstack/react-query';
import { createClient, SallyportError } from 'sallyport/client';
import { graphqlUrl } from './facts.ts';

export const client = createClient({ url: graphqlUrl });

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
