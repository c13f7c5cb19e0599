import { createSecretKey, type KeyObject } from 'node:crypto';
import type { TrustedIssuer } from '../../config/parse-trusted-issuers.ts';
import { AppError } from '../../errors.ts';
import type { BoundedFetch } from '../../outbound/bounded-fetch.ts';
import { readKeySet, type IssuerKey } from './read-key-set.ts';

export interface IssuerKeys {
  /** The algorithms that are accepted from this issuer. */
  readonly algorithms: readonly string[];
  /**
   * Finds the key of a token; null if the issuer has none of this name for this algorithm.
   * @throws SERVICE_UNAVAILABLE if the issuer's keys are not known.
   */
  find(header: { readonly kid: string | undefined; readonly algorithm: string }, now: Date): Promise<KeyObject | null>;
  /** Tells whether a key counts at present. */
  has(key: KeyObject): boolean;
}

export interface IssuerKeysDeps {
  readonly fetch: BoundedFetch;
  /** Told if the keys could not be fetched, with the issuer and the error. */
  readonly onFailure: (issuer: string, error: unknown) => void;
}

/** The age from which keys are fetched again, beside the requests: a key that the issuer withdrew counts no longer. */
const freshSeconds = 600;
/** The time between two fetches that tokens with unknown keys can cause. */
const cooldownSeconds = 30;
/** The same while no key is known: every token of the issuer waits for it. */
const retrySeconds = 5;
/** The time for which the last good keys outlive an outage of the issuer. */
const lastGoodSeconds = 86_400;

/**
 * Keeps the keys of one issuer. A token whose key is known never waits for the issuer; one whose key is not waits for a
 * fetch that it shares with all others, once in a cooldown.
 */
export function createIssuerKeys(issuer: TrustedIssuer, { fetch, onFailure }: IssuerKeysDeps): IssuerKeys {
  const secret = issuer.secret === null ? null : createSecretKey(issuer.secret, 'utf8');
  let keys: readonly IssuerKey[] | null = null;
  let fetchedAt = -Infinity;
  let triedAt = -Infinity;
  let underWay: Promise<void> | null = null;

  function refresh(seconds: number): Promise<void> {
    triedAt = seconds;
    underWay ??= replaceKeys(seconds).finally(() => void (underWay = null));
    return underWay;
  }

  async function replaceKeys(seconds: number): Promise<void> {
    try {
      keys = await fetchKeys(issuer, fetch);
      fetchedAt = seconds;
    } catch (error) {
      onFailure(issuer.issuer, error);
    }
  }

  async function findPublic(kid: string | undefined, algorithm: string, seconds: number): Promise<KeyObject | null> {
    if (seconds - fetchedAt > lastGoodSeconds) keys = null;
    const mayTry = seconds - triedAt >= (keys === null ? retrySeconds : cooldownSeconds);
    const known = pick(keys ?? [], kid, algorithm);
    if (known !== null) {
      if (mayTry && seconds - fetchedAt > freshSeconds) void refresh(seconds);
      return known;
    }
    if (mayTry || underWay !== null) await (underWay ?? refresh(seconds));
    if (keys === null) throw unavailable();
    return pick(keys, kid, algorithm);
  }

  return {
    algorithms: issuer.algorithms,
    // A secret verifies HS… alone, and a public key never does: no key is taken for another kind.
    find: async ({ kid, algorithm }, now) =>
      algorithm.startsWith('HS') ? secret : findPublic(kid, algorithm, now.getTime() / 1000),
    has: (key) => key === secret || (keys ?? []).some((known) => known.key === key),
  };
}

/** Picks a key by its name; without a name it must be the only key for the algorithm. */
function pick(keys: readonly IssuerKey[], kid: string | undefined, algorithm: string): KeyObject | null {
  const fitting = keys.filter((key) => key.algorithms.includes(algorithm) && (kid === undefined || key.kid === kid));
  return fitting.length === 1 ? (fitting[0]?.key ?? null) : null;
}

async function fetchKeys(issuer: TrustedIssuer, fetch: BoundedFetch): Promise<readonly IssuerKey[]> {
  const jwksUri = issuer.jwksUri ?? (await discover(issuer, fetch));
  const found = readKeySet(await fetchJson(fetch, jwksUri), issuer.algorithms);
  if (found === null) throw new Error('The key set has no usable key.');
  return found;
}

/** OpenID Connect Discovery 1.0 §4.3: the document is the issuer's only if it names the issuer exactly. */
async function discover({ issuer }: TrustedIssuer, fetch: BoundedFetch): Promise<string> {
  const document = await fetchJson(fetch, `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const { issuer: named, jwks_uri: jwksUri } = document as { issuer?: unknown; jwks_uri?: unknown };
  if (named !== issuer || typeof jwksUri !== 'string') throw new Error('The discovery document is of another issuer.');
  return jwksUri;
}

async function fetchJson(fetch: BoundedFetch, url: string): Promise<object> {
  const answer = await fetch(url, { headers: { accept: 'application/json' } });
  if (answer.status !== 200) throw new Error(`The answer has status ${answer.status}.`);
  const value: unknown = await answer.json();
  if (typeof value !== 'object' || value === null) throw new Error('The answer is no JSON object.');
  return value;
}

const unavailable = (): AppError =>
  new AppError('SERVICE_UNAVAILABLE', 'The keys of the issuer of this token cannot be read now. Try again later.', {
    retryAfterSeconds: retrySeconds,
    refusal: 'unavailable',
  });
