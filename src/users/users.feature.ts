import type { Feature } from '../feature/feature.ts';
import { User } from './user.entity.ts';
import { userPolicy } from './user.policy.ts';
import { createUserResolvers } from './users.resolvers.ts';
import { searchUsers, userById } from './users.service.ts';

export const usersFeature = {
  entities: [User],
  policies: [userPolicy],
  nodeTypes: { User: { table: 'users', load: userById } },
  searchSource: () => searchUsers,
  create: createUserResolvers,
} satisfies Feature;
