import { ApolloClient, InMemoryCache } from '@apollo/client';
import { cacheExchange, Client as UrqlClient, fetchExchange } from '@urql/core';
import { createClient as createLiveClient } from 'graphql-ws';
import { resetOnChange, sallyportLink } from 'sallyport/client/apollo';
import { socketOptions } from 'sallyport/client/graphql-ws';
import { sallyportExchange } from 'sallyport/client/urql';
import { client } from './cookies.ts';

export const apollo = new ApolloClient({ link: sallyportLink(client), cache: new InMemoryCache() });
resetOnChange(client, apollo);

export const urql = new UrqlClient({
  url: client.url,
  preferGetMethod: false,
  exchanges: [cacheExchange, sallyportExchange(client), fetchExchange],
});

export const live = createLiveClient(socketOptions(client));
