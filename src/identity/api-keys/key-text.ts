import { createHash, randomBytes } from 'node:crypto';
import { isUuid } from '../../database/ids.ts';

export interface PresentedKey {
  readonly id: string;
  readonly hash: Buffer;
}

const secretBytes = 32;
const prefixSpelling = /^sp_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;
const keySpelling = /^(sp_[0-9a-f]{32})_[A-Za-z0-9_-]{43}$/;

/** Returns the part of a key that is no secret, by which its owner recognises it. */
export const prefixOf = (id: string): string => `sp_${id.replaceAll('-', '')}`;

/** Returns the id of the key with this prefix, which is its `client_id`; null if the text is no prefix. */
export function idOfPrefix(prefix: string): string | null {
  const id = prefixSpelling.exec(prefix)?.slice(1).join('-');
  return id !== undefined && isUuid(id) ? id : null;
}

/** Makes a new key, `sp_<id>_<secret>`: the prefix lets scanners of repositories find leaked keys. */
export function mintKey(id: string): { text: string; hash: Buffer } {
  const text = `${prefixOf(id)}_${randomBytes(secretBytes).toString('base64url')}`;
  return { text, hash: hashOf(text) };
}

/** Reads a key's id; `null` if the text cannot be a key: a malformed text never reaches a statement. */
export function parseKey(text: string): PresentedKey | null {
  const id = idOfPrefix(keySpelling.exec(text)?.[1] ?? '');
  return id === null ? null : { id, hash: hashOf(text) };
}

/**
 * Hashes the text, not the bytes that it encodes: base64url has several spellings of the same bytes (RFC 4648 §3.5).
 */
const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
