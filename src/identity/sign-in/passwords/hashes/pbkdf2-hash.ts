import { pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { readAspNet } from './aspnet-hash.ts';
import { fromBase64, requireHash, requireRange, requireSalt, toBase64, type HashScheme } from './hash-scheme.ts';
import { readKeycloakPbkdf2 } from './keycloak-hash.ts';

export interface Pbkdf2Hash {
  readonly digest: Digest;
  readonly iterations: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

export type Digest = keyof typeof digestBytes;

const derive = promisify(pbkdf2);
const digestBytes = { sha1: 20, sha256: 32, sha512: 64 };
/** Iterations times blocks: eight times what Django and OWASP ask for, and a few seconds. */
const maxWork = 10_000_000;

/** PBKDF2 (RFC 8018 §5.2) as a PHC string, and as passlib, Django, Werkzeug, ASP.NET and Keycloak write it. */
export const readPbkdf2: HashScheme = (text) => {
  const found = readPhc(text) ?? readDjango(text) ?? readWerkzeug(text) ?? readAspNet(text) ?? readKeycloakPbkdf2(text);
  if (found === null) return null;
  const { digest, iterations, salt, hash } = found;
  requireSalt(salt);
  requireHash(hash);
  const blocks = Math.ceil(hash.length / digestBytes[digest]);
  requireRange('number of iterations', iterations, 1, Math.floor(maxWork / blocks));
  return {
    stored: `$pbkdf2-${digest}$i=${iterations}$${toBase64(salt)}$${toBase64(hash)}`,
    matches: async (password) => timingSafeEqual(await derive(password, salt, iterations, hash.length, digest), hash),
  };
};

/** passlib leaves out `i=`, and the digest if it is SHA-1. */
function readPhc(text: string): Pbkdf2Hash | null {
  const [all, digest = 'sha1', iterations, salt = '', hash = ''] =
    /^\$pbkdf2(?:-(sha1|sha256|sha512))?\$(?:i=)?(\d+)(?:,l=\d+)?\$([^$]+)\$([^$]+)$/.exec(text) ?? [];
  if (all === undefined) return null;
  return {
    digest: digest as Digest,
    iterations: Number(iterations),
    salt: fromBase64(salt),
    hash: fromBase64(hash),
  };
}

function readDjango(text: string): Pbkdf2Hash | null {
  const [all, digest, iterations, salt = '', hash = ''] =
    /^pbkdf2_(sha1|sha256|sha512)\$(\d+)\$([^$]+)\$([^$]+)$/.exec(text) ?? [];
  if (all === undefined) return null;
  return {
    digest: digest as Digest,
    iterations: Number(iterations),
    salt: Buffer.from(salt),
    hash: fromBase64(hash),
  };
}

function readWerkzeug(text: string): Pbkdf2Hash | null {
  const [all, digest, iterations, salt = '', hash = ''] =
    /^pbkdf2:(sha1|sha256|sha512):(\d+)\$([^$]+)\$((?:[0-9a-f]{2})+)$/.exec(text) ?? [];
  if (all === undefined) return null;
  return {
    digest: digest as Digest,
    iterations: Number(iterations),
    salt: Buffer.from(salt),
    hash: Buffer.from(hash, 'hex'),
  };
}
