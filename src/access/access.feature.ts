import type { Feature } from '../feature/feature.ts';
import { createAccessResolvers, type AccessResolversDeps } from './access.resolvers.ts';

export const accessFeature = { create: createAccessResolvers } satisfies Feature<AccessResolversDeps>;
