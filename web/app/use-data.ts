import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { SallyportError, TypedDocument } from 'sallyport/client';
import { ask, client } from './client.ts';

type Document<Data, Variables> = TypedDocument<Data, Variables> & { toString(): string };

/** Names the session that asks: what was answered to one is not for another. */
export function whoAsks(): string {
  const session = client.session.get();
  return session.status === 'signed-in' ? session.id : session.status;
}

/**
 * Asks the server, and asks anew as someone else signs in. With `keeps`, what was answered to other variables stays
 * until the answer is there: for lists alone, since it is of something else.
 */
export function useData<Data, Variables extends object>(
  document: Document<Data, Variables>,
  variables: Variables,
  { enabled = true, keeps = false }: { enabled?: boolean; keeps?: boolean } = {},
): UseQueryResult<Data, SallyportError> {
  return useQuery<Data, SallyportError>({
    queryKey: [whoAsks(), document.toString(), variables],
    queryFn: ({ signal }) => ask(document, variables, signal),
    ...(keeps ? { placeholderData: keepPreviousData } : {}),
    enabled,
  });
}
