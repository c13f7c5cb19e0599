import argon2 from 'argon2';
import { fromBase64, requireHash, requireRange, requireSalt, UnfitHashError, type HashScheme } from './hash-scheme.ts';
import { keycloakArgon2 } from './keycloak-hash.ts';

/** The most that the configuration allows, so that no hash of our own is refused. */
const ceilings = { memoryKib: 1_048_576, time: 16, parallelism: 8 };

// Django stores the same behind the name of its hasher. The order of parameters differs from library to library.
const spelling = /^(?:argon2)?(\$(argon2\w*)\$(?:v=(\d+)\$)?([mtp=,\d]+)\$([^$]+)\$([^$]+))$/;

/** argon2id and argon2i of version 1.3 (RFC 9106). */
export const readArgon2: HashScheme = (given) => {
  const text = keycloakArgon2(given) ?? given;
  const [, stored, kind, version, cost = '', salt, hash] = spelling.exec(text) ?? [];
  if (stored === undefined) return null;
  if ((kind !== 'argon2id' && kind !== 'argon2i') || version !== '19')
    throw new UnfitHashError('only argon2id and argon2i of version 19 are supported: leave the hash out');
  const { m, t, p } = Object.fromEntries(cost.split(',').map((pair) => pair.split('=')));
  const lanes = requireRange('parallelism', Number(p), 1, ceilings.parallelism);
  requireRange('memory in KiB', Number(m), 8 * lanes, ceilings.memoryKib);
  requireRange('number of passes', Number(t), 1, ceilings.time);
  requireSalt(fromBase64(salt ?? ''));
  requireHash(fromBase64(hash ?? ''));
  return { stored, matches: (password) => argon2.verify(stored, password) };
};
