import type { IResolvers } from '@graphql-tools/utils';
import { principalOf } from '../authorization/index.ts';
import type { RequestScope } from '../request.ts';
import type { Nodes } from './nodes.service.ts';

/** `node` and `search`; the type of an object is its entity's name. */
export const createNodeResolvers = ({ nodes }: { nodes: Nodes }): IResolvers<unknown, RequestScope> => ({
  Query: {
    node: (_, { id }: { id: string }, scope) => nodes.find(scope, id),
    search: (_, { query, first }: { query: string; first: number }, scope, info) =>
      nodes.search(scope, principalOf(info), query, first),
  },
  Node: { __resolveType: typeOf },
  SearchResult: { __resolveType: typeOf },
});

const typeOf = (row: object): string => row.constructor.name;
