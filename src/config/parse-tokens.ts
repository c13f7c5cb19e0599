import type { Settings } from './settings.ts';

const jwtAlgorithms = ['EdDSA', 'ES256', 'RS256', 'HS256'] as const;
export type TokenAlgorithm = (typeof jwtAlgorithms)[number];

export interface TokensConfig {
  readonly algorithm: TokenAlgorithm;
  /** A key that is older is replaced by itself; 0: none is. */
  readonly signingKeyMaxAgeDays: number;
  readonly audience: string;
  readonly accessTtlSeconds: number;
  readonly refreshIdleTtlSeconds: number;
  readonly refreshAbsoluteTtlSeconds: number;
  readonly refreshGraceSeconds: number;
}

const day = 86_400;

export function parseTokens(settings: Settings, publicUrl: string): TokensConfig {
  const tokens = {
    algorithm: settings.oneOf('JWT_ALGORITHM', jwtAlgorithms, 'EdDSA'),
    signingKeyMaxAgeDays: settings.integer('SIGNING_KEY_MAX_AGE_DAYS', 90, { min: 0, max: 3650, note: '0 is never' }),
    audience: settings.text('JWT_AUDIENCE', publicUrl),
    accessTtlSeconds: settings.integer('ACCESS_TOKEN_TTL', 900, { min: 1, max: day }),
    refreshIdleTtlSeconds: settings.integer('REFRESH_IDLE_TTL', 30 * day, { min: 1, max: 3650 * day }),
    refreshAbsoluteTtlSeconds: settings.integer('REFRESH_ABSOLUTE_TTL', 90 * day, { min: 1, max: 3650 * day }),
    refreshGraceSeconds: settings.integer('REFRESH_GRACE', 30, { min: 0, max: 300 }),
  };
  if (tokens.refreshIdleTtlSeconds > tokens.refreshAbsoluteTtlSeconds) {
    settings.mistake('REFRESH_IDLE_TTL', 'must not be longer than REFRESH_ABSOLUTE_TTL');
  }
  return tokens;
}
