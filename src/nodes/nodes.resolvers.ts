import type { IResolvers } from '@graphql-tools/utils';
import { principalOf } from '../authorization/index.ts';
import type { RequestContext } from '../request/context.ts';
import type { Nodes } from './nodes.service.ts';

/** `node` and `search`; the type of an object is its entity's name. */
export const createNodeResolvers = ({ nodes }: { nodes: Nodes }): IResolvers<unknown, RequestContext> => ({
  Query: {
    node: (_, { id }: { id: string }, context) => nodes.find(context, id),
    search: (_, { query, first }: { query: string; first: number | null }, context, info) =>
      nodes.search(context, principalOf(info), query, first),
  },
  Node: { __resolveType: typeOf },
  SearchResult: { __resolveType: typeOf },
});

const typeOf = (row: object): string => row.constructor.name;
