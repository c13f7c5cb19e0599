import { describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { newId } from '../../../src/database/base.entity.ts';
import { createRefreshTokens } from '../../../src/identity/sessions/refresh-token.ts';

const tokens = createRefreshTokens(Buffer.alloc(32, 1));
const sessionId = newId(new Date());
const salt = randomBytes(16);
const ofSession = tokens.of(sessionId, salt);

/** Says whether a text is a token of the session that it names, whose row has this salt. */
const isGenuine = (text: string, itsSalt = salt, by = tokens): boolean => {
  const presented = tokens.parse(text);
  return presented !== null && by.of(presented.sessionId, itsSalt).isGenuine(presented);
};

describe('A refresh token', () => {
  test('says which session it is of and which of its tokens it is, and is the same each time that it is made', () => {
    for (const counter of [0, 1, 256, 2 ** 32 - 1]) {
      const text = ofSession.mint(counter);
      expect(text).toMatch(/^spr_[\w-]{70}$/);
      expect(tokens.parse(text)).toMatchObject({ sessionId, counter });
      expect(isGenuine(text)).toBe(true);
      expect(tokens.of(sessionId, salt).mint(counter)).toBe(text);
    }
  });

  test('is made by the root key and the salt of its session, and for its counter', () => {
    const text = ofSession.mint(7);
    expect(isGenuine(text, randomBytes(16))).toBe(false);
    expect(isGenuine(text, salt, createRefreshTokens(Buffer.alloc(32, 2)))).toBe(false);
    const bytes = Buffer.from(text.slice('spr_'.length), 'base64url');
    for (const index of bytes.keys()) {
      const altered = Buffer.from(bytes);
      altered[index] = (altered[index] ?? 0) ^ 1;
      expect(isGenuine(`spr_${altered.toString('base64url')}`)).toBe(false);
    }
  });

  test('is none in any other spelling or length, nor of a session whose id is none', () => {
    const text = ofSession.mint(7);
    const encoded = text.slice('spr_'.length);
    const bytes = Buffer.from(encoded, 'base64url');
    // The last character has bits that no byte takes.
    const sibling = text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + 1);
    const others = [
      '',
      encoded,
      `spx_${encoded}`,
      ` ${text}`,
      `${text}=`,
      `${text}\n`,
      sibling,
      `spr_${bytes.toString('base64')}`,
      `spr_${bytes.subarray(0, -1).toString('base64url')}`,
      `spr_${Buffer.concat([bytes, Buffer.alloc(1)]).toString('base64url')}`,
      `spr_${Buffer.concat([Buffer.alloc(16, 7), bytes.subarray(16)]).toString('base64url')}`,
    ];
    for (const other of others) expect(tokens.parse(other)).toBeNull();
  });
});
