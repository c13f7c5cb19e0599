import type { Feature } from '../feature/feature.ts';
import { createNodeResolvers } from './nodes.resolvers.ts';
import type { Nodes } from './nodes.service.ts';

export const nodesFeature = { create: createNodeResolvers } satisfies Feature<{ readonly nodes: Nodes }>;
