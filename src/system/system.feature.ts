import type { Feature } from '../feature/feature.ts';
import { createSystemResolvers, type SystemResolversDeps } from './system.resolvers.ts';

export const systemFeature = { create: createSystemResolvers } satisfies Feature<SystemResolversDeps>;
