import { AppError } from '../../errors.ts';
import { requireScopes } from '../../input.ts';
import type { Budget, Limiter } from '../../limits/limiter.ts';
import { takePoint } from '../../limits/take-point.ts';
import type { Recorder } from '../../record.ts';
import type { RequestScope, Rights, RightsOf } from '../../request.ts';
import type { AccessTokens } from '../sessions/access-token.ts';
import { prefixOf } from './key-text.ts';

export interface ClientCredentialsDeps {
  readonly accessTokens: AccessTokens;
  readonly rightsOf: RightsOf;
  readonly grants: Limiter;
  readonly recorder: Pick<Recorder, 'record'>;
}

export interface ClientToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly rights: Rights;
}

/** Tokens of one key; no client that keeps its token comes near it. */
export const clientCredentialsBudget: Budget = { name: 'client-credentials', points: 600, windowSeconds: 60 };

/** Exchanges API keys for access tokens (RFC 6749 §4.4). */
export function createClientCredentials({ accessTokens, rightsOf, grants, recorder }: ClientCredentialsDeps) {
  /**
   * An access token within the rights of the key that the request came by, narrowed to `scopes` where they are given;
   * it comes without a refresh token (RFC 6749 §4.4.3) and lives no longer than the key.
   * @throws UNAUTHENTICATED for anything but a key, a token that a key got included: it would renew itself for ever.
   * FORBIDDEN for scopes beyond the key's, BAD_USER_INPUT for what are no scopes, RATE_LIMITED.
   */
  async function issue(scope: RequestScope, scopes: readonly string[] | undefined): Promise<ClientToken> {
    const { principal, credential, now } = scope;
    if (principal.kind !== 'apiKey' || credential.tokenId !== undefined) throw notAKey();
    await takePoint(grants, principal.id, 'This key asks for tokens too often: keep a token until it expires.');
    const granted =
      scopes === undefined ? principal.scopes : rightsOf.within(principal.scopes, requireScopes('scope', scopes));
    const rights = { roles: rightsOf(principal.roles, granted).roles, scopes: granted };
    const { token, expiresInSeconds } = await accessTokens.issue(
      { kind: 'client', clientId: prefixOf(principal.id), ...rights, notAfter: credential.expiresAt ?? null },
      now,
    );
    // Where it cannot be recorded nothing is given out.
    recorder.record(scope.em, scope, { type: 'token.issued', subjectId: principal.id, details: { scopes: granted } });
    await scope.em.flush();
    return { accessToken: token, expiresInSeconds, rights };
  }

  return { issue };
}

const notAKey = (): AppError =>
  new AppError(
    'UNAUTHENTICATED',
    'Authenticate with an API key: Basic with its prefix and the whole key, client_id and client_secret, X-API-Key or Bearer.',
  );
