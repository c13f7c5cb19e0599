import { principalOf, rebindPrincipal, subjectOf } from '../../authorization/index.ts';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { ApiKeyRow } from './api-key.entity.ts';
import { activeKeysOf, type ApiKeys } from './api-keys.service.ts';
import { prefixOf } from './key-text.ts';
import { withNewKey } from './new-key-principal.ts';

export const createApiKeyResolvers = ({ apiKeys }: { apiKeys: ApiKeys }): Resolvers => ({
  Mutation: {
    createApiKey: async (_, { input }, context, info) => {
      const principal = principalOf(info);
      const created = await apiKeys.create(context, principal, input);
      rebindPrincipal(info, withNewKey(principal, created.apiKey.id));
      return created;
    },
    revokeApiKey: (_, __, context, info) => apiKeys.revoke(context, subjectOf<ApiKeyRow>(info).id),
  },
  User: {
    apiKeys: (user, _, { rows, now }) => activeKeysOf(rows, user, now),
  },
  ApiKey: {
    prefix: ({ id }) => prefixOf(id),
  },
});
