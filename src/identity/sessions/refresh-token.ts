import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { parse as parseUuid } from 'uuid';
import { isUuid } from '../../database/ids.ts';

/** The refresh tokens of one session. */
export interface RefreshTokensOfSession {
  readonly mint: (counter: number) => string;
  /** Tells whether a token that names this session was made here. */
  readonly isGenuine: (token: Pick<PresentedRefreshToken, 'counter' | 'mac'>) => boolean;
}

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

  return {
    /** Prepares the tokens of one session. */
    of(sessionId: string, salt: Uint8Array): RefreshTokensOfSession {
      const key = createSecretKey(createHmac('sha256', root).update(parseUuid(sessionId)).update(salt).digest());
      const macOf = (counter: number): Buffer => createHmac('sha256', key).update(head(sessionId, counter)).digest();
      return {
        mint: (counter) => prefix + Buffer.concat([head(sessionId, counter), macOf(counter)]).toString('base64url'),
        isGenuine: ({ counter, mac }) => timingSafeEqual(mac, macOf(counter)),
      };
    },

    /** Reads a token's parts; `null` if the text is no refresh token in its one canonical spelling. */
    parse(text: string): PresentedRefreshToken | null {
      const bytes = Buffer.from(text.slice(prefix.length), 'base64url');
      if (bytes.length !== tokenBytes || prefix + bytes.toString('base64url') !== text) return null;
      const sessionId = stringifyId(bytes.subarray(0, idBytes));
      if (sessionId === null) return null;
      return { sessionId, counter: bytes.readUInt32BE(idBytes), mac: bytes.subarray(idBytes + counterBytes) };
    },
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
