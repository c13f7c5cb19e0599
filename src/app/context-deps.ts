import type { OnRefused } from '../audit/record.ts';
import type { Config } from '../config/config.ts';
import type { Database } from '../database/open.ts';
import { rememberRow } from '../database/rows/read-by-id.ts';
import type { ListTurns } from '../database/rows/source.ts';
import { LazyUnitOfWork } from '../database/unit-of-work.ts';
import type { WriteGuard } from '../database/write-guard/write-guard.ts';
import type { RequestContextDeps } from '../http/request-context.ts';
import { createNetworksOf } from '../http/server/client.ts';
import { createOrigins } from '../http/server/origins.ts';
import { createListTurns } from '../limits/lists.ts';
import type { UnitOfWork } from '../request/context.ts';
import { User } from '../users/user.entity.ts';
import type { GuardFor } from './create-write-guards.ts';

/** The host of Apollo Sandbox, which developers open instead of the page of their own server. */
const apolloStudio = 'https://studio.apollographql.com';

interface ContextDepsParts extends Pick<RequestContextDeps, 'clientIp' | 'clock' | 'strategies'> {
  readonly config: Pick<Config, 'access' | 'http' | 'production'>;
  readonly database: Pick<Database, 'fork' | 'rows'>;
  readonly guardFor: GuardFor;
  readonly onRefused: OnRefused;
}

/** Creates what recognises the caller of a request and begins its unit of work, by whatever way the request comes. */
export function createContextDeps({
  config: { access, http, production },
  database,
  guardFor,
  onRefused,
  ...deps
}: ContextDepsParts): RequestContextDeps {
  const turns = createListTurns();
  return {
    ...deps,
    origins: createOrigins({ ...http, toolOrigins: production ? [] : [apolloStudio] }),
    networksOf: createNetworksOf(access.networks),
    cookieSameSite: http.cookieSameSite,
    secureCookies: production || http.publicUrl.startsWith('https:'),
    onForeignOrigin: (provenance) => void onRefused(provenance, [{ kind: 'request', reason: 'foreign_origin' }]),
    beginUnitOfWork: (caller, user) =>
      beginUnitOfWork(
        database,
        guardFor(() => caller.principal),
        {
          counted: (statement) => turns.counted(caller, statement),
          paged: (statement) => turns.paged(caller, statement),
        },
        user,
      ),
  };
}

/**
 * Begins a unit of work for a caller, whose policies are asked about what it writes. It remembers the signed-in user,
 * who was read with the credential, in the same moment: `me` reads nothing.
 */
function beginUnitOfWork(
  { fork, rows }: Pick<Database, 'fork' | 'rows'>,
  guard: WriteGuard,
  turns: ListTurns,
  user: { readonly id: string } | undefined,
): UnitOfWork {
  const unit = new LazyUnitOfWork(
    () => fork(guard),
    () => rows(guard, turns),
  );
  if (user !== undefined) rememberRow(unit.rows, User, user);
  return unit;
}
