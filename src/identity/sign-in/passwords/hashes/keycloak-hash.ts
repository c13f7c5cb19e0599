import { fromBase64, toBase64, UnfitHashError } from './hash-scheme.ts';
import type { Digest, Pbkdf2Hash } from './pbkdf2-hash.ts';

interface KeycloakCredential {
  readonly algorithm: string;
  readonly iterations: number;
  readonly salt: string;
  readonly value: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

const digests: Readonly<Record<string, Digest>> = {
  pbkdf2: 'sha1',
  'pbkdf2-sha256': 'sha256',
  'pbkdf2-sha512': 'sha512',
};

/**
 * PBKDF2 as Keycloak exports it: the JSON of a credential, whose `secretData` and `credentialData` are JSON in a text.
 * @throws UnfitHashError if it is a credential of Keycloak's, but cannot be read.
 */
export function readKeycloakPbkdf2(text: string): Pbkdf2Hash | null {
  const credential = readCredential(text);
  if (credential === null) return null;
  const digest = digests[credential.algorithm];
  if (digest === undefined) throw unknownAlgorithm();
  const { iterations, salt, value } = credential;
  return { digest, iterations, salt: fromBase64(salt), hash: fromBase64(value) };
}

/** Returns argon2 as Keycloak exports it in the form of a PHC string; null if the text is no such credential. */
export function keycloakArgon2(text: string): string | null {
  const credential = readCredential(text);
  if (credential?.algorithm !== 'argon2') return null;
  const { iterations, parameters, salt, value } = credential;
  const parameter = (name: string): string => {
    const [given] = [parameters[name]].flat();
    return typeof given === 'string' || typeof given === 'number' ? String(given) : '';
  };
  if (parameter('version') !== '1.3') throw unknownAlgorithm();
  const cost = `m=${parameter('memory')},t=${iterations},p=${parameter('parallelism')}`;
  return `$argon2${parameter('type')}$v=19$${cost}$${toBase64(fromBase64(salt))}$${toBase64(fromBase64(value))}`;
}

function readCredential(text: string): KeycloakCredential | null {
  // What stands in braces may be the name of an encoder, as Spring Security writes it.
  if (!/^\{\s*"/.test(text)) return null;
  try {
    const { secretData, credentialData } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const { value, salt } = within(secretData);
    const { algorithm, hashIterations, additionalParameters } = within(credentialData);
    return {
      algorithm: String(algorithm),
      iterations: Number(hashIterations),
      salt: String(salt),
      value: String(value),
      parameters: within(additionalParameters),
    };
  } catch {
    throw new UnfitHashError(
      'it is JSON, but no credential of Keycloak: give {"secretData":"…","credentialData":"…"} as exported',
    );
  }
}

/** JSON in a text, as exports have it, or the object itself. */
const within = (held: unknown): Readonly<Record<string, unknown>> => ({
  ...(typeof held === 'string' ? (JSON.parse(held) as object) : (held as object)),
});

const unknownAlgorithm = (): UnfitHashError =>
  new UnfitHashError('its algorithm is unknown: pbkdf2 and argon2 of version 1.3 are supported; leave the hash out');
