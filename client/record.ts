import { SallyportError } from './errors.ts';

/** The version that the present client writes. One that writes otherwise has another number. */
const version = 1;

export interface SessionUser {
  readonly id: string;
  readonly displayName: string;
  readonly roles: readonly string[];
}

/** A session as it is kept on this device; without tokens if they are in cookies that scripts cannot read. */
export interface SessionRecord {
  /** Names these tokens: another value says that they have been renewed. */
  readonly generation: string;
  /**
   * The moment by this device's clock, in milliseconds since 1970; told by lifetimes alone, so that a wrong clock does
   * no harm.
   */
  readonly renewAt: number;
  readonly expiresAt: number;
  readonly sessionId: string;
  readonly user: SessionUser;
  readonly scopes: readonly string[];
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
}

/** The `Authorization` header; with cookies there is none. */
export const bearer = (record: SessionRecord | undefined): string | undefined =>
  record?.accessToken == null ? undefined : `Bearer ${record.accessToken}`;

/**
 * `unknown`: nothing is kept, and cookies may be there. `leaving`: the user has signed out, but the server could not be
 * told yet, so the cookies still count.
 */
export type Kept =
  { readonly state: 'unknown' | 'signed-out' | 'leaving' } | ({ readonly state: 'signed-in' } & SessionRecord);

export const textOf = (kept: Kept): string => JSON.stringify({ version, ...kept });

/** Reads a kept text. @throws CLIENT_OUTDATED if another version of the client, or something else, wrote it. */
export function keptIn(text: string): Kept {
  const found = parse(text);
  if (found?.version === version) return found;
  throw new SallyportError(
    'CLIENT_OUTDATED',
    'The session is kept by another version of the client: load the page anew, or sign in again.',
  );
}

function parse(text: string): (Kept & { readonly version: unknown }) | undefined {
  try {
    return JSON.parse(text) as Kept & { readonly version: unknown };
  } catch {
    return undefined;
  }
}

export interface AnsweredTokens {
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
  readonly expiresIn: number;
  readonly scope: string;
  readonly user: { readonly id: string; readonly displayName: string; readonly roles: readonly string[] | null };
  readonly session: { readonly id: string };
}

const maxMarginMs = 60_000;
const marginShare = 0.2;

/**
 * The record of tokens that were asked for at `sentAt`: they are younger than that, whatever the clock of the server
 * says.
 */
export function recordOf(tokens: AnsweredTokens, sentAt: number): SessionRecord {
  const { accessToken, refreshToken, scope, user, session } = tokens;
  const lifetimeMs = tokens.expiresIn * 1000;
  const expiresAt = sentAt + lifetimeMs;
  return {
    generation: Math.random().toString(36).slice(2),
    renewAt: expiresAt - Math.min(maxMarginMs, lifetimeMs * marginShare),
    expiresAt,
    sessionId: session.id,
    user: { id: user.id, displayName: user.displayName, roles: user.roles ?? [] },
    scopes: scope.split(' ').filter((name) => name !== ''),
    accessToken,
    refreshToken,
  };
}
