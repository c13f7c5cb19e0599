import type { Feature } from '../../feature/feature.ts';
import { IssuedSubject } from './issued-subject.entity.ts';
import { IssuerLogout } from './issuer-logout.entity.ts';
import { logoutRetention } from './logout-retention.ts';

export const trustedIssuersFeature = {
  entities: [IssuedSubject, IssuerLogout],
  jobs: () => [logoutRetention],
} satisfies Feature;
