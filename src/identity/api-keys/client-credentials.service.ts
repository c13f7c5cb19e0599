import type { Recorder } from '../../audit/record.ts';
import { AppError } from '../../errors.ts';
import type { Budget } from '../../limits/budget.ts';
import { type Limiter, takePoint } from '../../limits/limiter.ts';
import type { RequestContext } from '../../request/context.ts';
import { requireScopes } from '../../request/input.ts';
import type { Rights, RightsOf } from '../../request/rights.ts';
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

/** Limits the tokens of one key, far above what a client needs that keeps its token. */
export const clientCredentialsBudget: Budget = { name: 'client-credentials', points: 600, windowSeconds: 60 };

/** Exchanges API keys for access tokens (RFC 6749 §4.4). */
export function createClientCredentials({ accessTokens, rightsOf, grants, recorder }: ClientCredentialsDeps) {
  /**
   * Issues an access token within the rights of the key that the request carries, narrowed to `scopes` if they are
   * given; it comes without a refresh token (RFC 6749 §4.4.3) and lives no longer than the key.
   * @throws UNAUTHENTICATED for anything but a key, a token that a key got included: it would renew itself for ever.
   * FORBIDDEN for scopes beyond the key's, BAD_USER_INPUT for what are no scopes, RATE_LIMITED.
   */
  async function issue(context: RequestContext, scopes: readonly string[] | undefined): Promise<ClientToken> {
    const { principal, credential, now } = context;
    if (principal.kind !== 'apiKey' || credential.tokenId !== undefined) throw notAKey();
    await takePoint(grants, principal.id, 'This key asks for tokens too often: keep a token until it expires.');
    const granted =
      scopes === undefined ? principal.scopes : rightsOf.within(principal.scopes, requireScopes('scope', scopes));
    const rights = { ...rightsOf(principal.roles, granted), scopes: granted };
    const { token, expiresInSeconds } = await accessTokens.issue(
      { kind: 'client', clientId: prefixOf(principal.id), ...rights, notAfter: credential.expiresAt ?? null },
      now,
    );
    // If it cannot be recorded, nothing is given out.
    recorder.record(context.em, context, {
      type: 'token.issued',
      subjectId: principal.id,
      details: { scopes: granted },
    });
    await context.em.flush();
    return { accessToken: token, expiresInSeconds, rights };
  }

  return { issue };
}

const notAKey = (): AppError =>
  new AppError(
    'UNAUTHENTICATED',
    'Authenticate with an API key: Basic with its prefix and the whole key, client_id and client_secret, X-API-Key or Bearer.',
    { refusal: 'bad_client' },
  );
