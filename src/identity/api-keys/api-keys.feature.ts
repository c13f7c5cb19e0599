import type { Feature } from '../../feature/feature.ts';
import { ApiKey } from './api-key.entity.ts';
import { apiKeyPolicy } from './api-key.policy.ts';
import { createApiKeyResolvers } from './api-keys.resolvers.ts';
import { apiKeyById, type ApiKeys } from './api-keys.service.ts';
import { keyRetention } from './key-retention.ts';

export const apiKeysFeature = {
  systemWork: 'keys are made within the rights of the users who make them',
  entities: [ApiKey],
  policies: [apiKeyPolicy],
  nodeTypes: { ApiKey: { table: 'api_keys', load: apiKeyById } },
  jobs: () => [keyRetention],
  create: createApiKeyResolvers,
} satisfies Feature<{ readonly apiKeys: ApiKeys }>;
