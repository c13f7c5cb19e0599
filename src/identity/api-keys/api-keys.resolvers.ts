import { principalOf, subjectOf } from '../../authorization/index.ts';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { ApiKey } from './api-key.entity.ts';
import { livingKeys, type ApiKeys } from './api-keys.service.ts';
import { prefixOf } from './key-text.ts';

export const createApiKeyResolvers = ({ apiKeys }: { apiKeys: ApiKeys }): Resolvers => ({
  Mutation: {
    createApiKey: (_, { input }, scope, info) => apiKeys.create(scope, principalOf(info), input),
    revokeApiKey: (_, __, scope, info) => apiKeys.revoke(scope, subjectOf<ApiKey>(info)),
  },
  User: {
    apiKeys: ({ id }, _, { em, now }) => livingKeys(em, id, now),
  },
  ApiKey: {
    prefix: ({ id }) => prefixOf(id),
  },
});
