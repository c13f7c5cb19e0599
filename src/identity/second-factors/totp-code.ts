import { Secret, TOTP } from 'otpauth';

/** The parameters that every authenticator app understands (RFC 6238; the defaults of Google Authenticator). */
const parameters = { algorithm: 'SHA1', digits: 6, period: 30 } as const;
/** Steps of difference that the clocks of phone and server may have (RFC 6238 §5.2). */
const window = 1;
const secretBytes = 20;
const spelling = /^\d{6}$/;

export const newSecret = (): Uint8Array => new Secret({ size: secretBytes }).bytes;

/** Returns the time step whose code this is; null if it is the code of none of the steps that are accepted now. */
export function stepOf(secret: Uint8Array, code: string, now: Date): number | null {
  const token = code.replaceAll(/\s/g, '');
  if (!spelling.test(token)) return null;
  const timestamp = now.getTime();
  const delta = TOTP.validate({ token, secret: secretOf(secret), ...parameters, timestamp, window });
  return delta === null ? null : TOTP.counter({ period: parameters.period, timestamp }) + delta;
}

/** Describes a secret to an authenticator app: as text to type, and as the URI of a QR code. */
export function describeSecret(bytes: Uint8Array, { issuer, label }: { issuer: string; label: string }) {
  const secret = secretOf(bytes);
  return { secret: secret.base32, uri: new TOTP({ secret, issuer, label, ...parameters }).toString() };
}

const secretOf = (bytes: Uint8Array): Secret => new Secret({ buffer: Uint8Array.from(bytes).buffer });
