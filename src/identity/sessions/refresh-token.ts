import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { parse as parseUuid } from 'uuid';
import { isUuid } from '../../database/ids.ts';

export interface PresentedRefreshToken {
  readonly sessionId: string;
  readonly counter: number;
  readonly mac: Buffer;
}

const prefix = 'spr_';
const idBytes = 16;
const counterBytes = 4;
const macBytes = 32;
const tokenBytes = idBytes + counterBytes + macBytes;

/**
 * Refresh tokens are computed, not stored: the session's id, a counter, and a MAC over both. The MAC's key comes from
 * the root key and the row's salt, so a stolen table forges nothing, and the successor of a token is always the same.
 */
export function createRefreshTokens(rootKey: Uint8Array) {
  // Prepared once: a key in bytes is copied and wrapped for each MAC.
  const root = createSecretKey(rootKey);

  function macOf(sessionId: string, counter: number, salt: Uint8Array): Buffer {
    const sessionKey = createHmac('sha256', root).update(parseUuid(sessionId)).update(salt).digest();
    return createHmac('sha256', sessionKey).update(head(sessionId, counter)).digest();
  }

  return {
    mint: (sessionId: string, counter: number, salt: Uint8Array): string =>
      prefix + Buffer.concat([head(sessionId, counter), macOf(sessionId, counter, salt)]).toString('base64url'),

    /** Reads a token's parts; `null` if the text is no refresh token in its one canonical spelling. */
    parse(text: string): PresentedRefreshToken | null {
      if (!text.startsWith(prefix)) return null;
      const bytes = Buffer.from(text.slice(prefix.length), 'base64url');
      if (bytes.length !== tokenBytes || prefix + bytes.toString('base64url') !== text) return null;
      const sessionId = stringifyId(bytes.subarray(0, idBytes));
      if (sessionId === null) return null;
      return { sessionId, counter: bytes.readUInt32BE(idBytes), mac: bytes.subarray(idBytes + counterBytes) };
    },

    isGenuine: ({ sessionId, counter, mac }: PresentedRefreshToken, salt: Uint8Array): boolean =>
      timingSafeEqual(mac, macOf(sessionId, counter, salt)),
  };
}

export type RefreshTokens = ReturnType<typeof createRefreshTokens>;

function head(sessionId: string, counter: number): Buffer {
  const bytes = Buffer.alloc(idBytes + counterBytes);
  bytes.set(parseUuid(sessionId));
  bytes.writeUInt32BE(counter, idBytes);
  return bytes;
}

function stringifyId(bytes: Uint8Array): string | null {
  const hex = Buffer.from(bytes).toString('hex');
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return isUuid(id) ? id : null;
}
