/** A stored password hash that was understood, and that lies within the ceilings of its scheme. */
export interface ReadHash {
  /** The one spelling in which its scheme is stored. */
  readonly stored: string;
  /** True if it covers the password and a pepper behind it, which stands in no row. */
  readonly isPeppered?: true;
  /** Returns whether it is the hash of exactly these characters in UTF-8. */
  readonly matches: (password: string) => Promise<boolean>;
}

/**
 * Reads a hash of one family; null if the text is of another one.
 * @throws UnfitHashError if it is of this one, but must not be computed or is worthless.
 */
export type HashScheme = (text: string) => ReadHash | null;

/** Says why a hash is not accepted, and what to do; nothing of the hash itself is in the message. */
export class UnfitHashError extends Error {}

/** A shorter salt is shared by too many accounts; a longer text is no salt. */
const saltBytes = { min: 8, max: 256 };
/**
 * The length of a hash: for a shorter one a matching password is found by trial; pbkdf2 as of passport.js has the
 * longest.
 */
const hashBytes = { min: 16, max: 512 };

/** Checks that a parameter is a whole number from `min` to `max`. @throws UnfitHashError if it is not. */
export function requireRange(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new UnfitHashError(
    `its ${name} is ${value}, and only ${min} to ${max} is supported: leave the hash out, and let its owner reset the password`,
  );
}

export function requireSalt(salt: Buffer): Buffer {
  requireRange('length of the salt in bytes', salt.length, saltBytes.min, saltBytes.max);
  return salt;
}

export function requireHash(hash: Buffer): Buffer {
  requireRange('length in bytes', hash.length, hashBytes.min, hashBytes.max);
  return hash;
}

/**
 * Base64 with or without padding, also with `.` for `+`, as passlib writes it.
 * @throws UnfitHashError for anything else.
 */
export function fromBase64(text: string): Buffer {
  const bare = text.replace(/={1,2}$/, '').replaceAll('.', '+');
  if (!/^[A-Za-z0-9+/]+$/.test(bare) || bare.length % 4 === 1)
    throw new UnfitHashError('it is cut or altered: its base64 cannot be read');
  return Buffer.from(bare, 'base64');
}

/** Base64 without padding, as PHC strings have it. */
export const toBase64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
