import type { Feature } from '../../feature/feature.ts';
import { sessionRetention } from './session-retention.ts';
import { Session } from './session.entity.ts';
import { sessionPolicy } from './session.policy.ts';
import { createSessionResolvers, sessionById, type SessionResolversDeps } from './sessions.resolvers.ts';

export const sessionsFeature = {
  systemWork: 'sessions begin, go on and end by proofs and by rights over sessions',
  entities: [Session],
  policies: [sessionPolicy],
  nodeTypes: { Session: { table: 'sessions', load: sessionById } },
  jobs: () => [sessionRetention],
  create: createSessionResolvers,
} satisfies Feature<SessionResolversDeps>;
