import { ApolloClient, ApolloLink, CombinedGraphQLErrors, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { OperationTypeNode } from 'graphql';
import { createClient as createSocket } from 'graphql-ws';
import { createClient, SallyportError } from 'sallyport/client';
import { resetOnChange, sallyportLink } from 'sallyport/client/apollo';
import { socketOptions } from 'sallyport/client/graphql-ws';

/** Knows who is signed in. Tokens are in cookies, and renewed before they expire. */
export const client = createClient({ url: '/graphql' });

/** Asks by HTTP, and hears of events by a socket; both as the user who is signed in. */
export const apollo = new ApolloClient({
  link: ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(createSocket(socketOptions(client))),
    sallyportLink(client),
  ),
  cache: new InMemoryCache({ typePolicies: { Query: { fields: { articles: relayStylePagination() } } } }),
});
resetOnChange(client, apollo);

/** Returns the code of what went wrong, from the server's closed list or the client's. */
export function codeOf(error: unknown): string | undefined {
  if (error instanceof SallyportError) return error.code;
  const code = CombinedGraphQLErrors.is(error) ? error.errors[0]?.extensions?.['code'] : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Returns what to tell the user; the server's reasons are written to be read. */
export const messageOf = (error: unknown): string =>
  error instanceof DOMException ? 'No passkey was used.' : error instanceof Error ? error.message : String(error);
