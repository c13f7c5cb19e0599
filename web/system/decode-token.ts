export interface DecodedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Decodes header and claims of a JSON Web Token, without a look at its signature; undefined if it is none. */
export function decodeToken(token: string): DecodedToken | undefined {
  const [header, claims, signature, ...more] = token.split('.');
  if (header === undefined || claims === undefined || signature === undefined || more.length > 0) return undefined;
  const [first, second] = [decodePart(header), decodePart(claims)];
  return first === undefined || second === undefined ? undefined : { header: first, claims: second };
}

function decodePart(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** When a token began and ends, and the share of that which is over, from 0 to 1. */
export function lifetimeOf(
  { iat, exp }: Readonly<Record<string, unknown>>,
  nowSeconds: number,
): { from: Date; until: Date; share: number } | undefined {
  if (!isMoment(iat) || !isMoment(exp) || exp <= iat) return undefined;
  const share = Math.min(1, Math.max(0, (nowSeconds - iat) / (exp - iat)));
  return { from: new Date(iat * 1000), until: new Date(exp * 1000), share };
}

/** Within what a `Date` can hold. */
const isMoment = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) < 8.64e12;
