import { principalOf, subjectOf } from '../../authorization/index.ts';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { ApiKeyRow } from './api-key.entity.ts';
import { activeKeysOf, type ApiKeys } from './api-keys.service.ts';
import { prefixOf } from './key-text.ts';

export const createApiKeyResolvers = ({ apiKeys }: { apiKeys: ApiKeys }): Resolvers => ({
  Mutation: {
    createApiKey: (_, { input }, context, info) => apiKeys.create(context, principalOf(info), input),
    revokeApiKey: (_, __, context, info) => apiKeys.revoke(context, subjectOf<ApiKeyRow>(info).id),
  },
  User: {
    apiKeys: (user, _, { rows, now }) => activeKeysOf(rows, user, now),
  },
  ApiKey: {
    prefix: ({ id }) => prefixOf(id),
  },
});
