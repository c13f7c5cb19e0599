import { expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setChallengeCookie, readChallengeCookie, type HandedChallenge } from '../../src/request/challenge-cookie.ts';

/** A challenge of an account with so many passkeys. */
const challengeOf = (passkeys: number): HandedChallenge => ({
  challenge: `spm_${randomBytes(32).toString('base64url')}`,
  methods: ['TOTP', 'RECOVERY_CODE', 'PASSKEY'],
  passkeyOptions: {
    challenge: randomBytes(32).toString('base64url'),
    rpId: 'api.example.com',
    allowCredentials: Array.from({ length: passkeys }, () => ({
      id: randomBytes(64).toString('base64url'),
      type: 'public-key',
      transports: ['internal', 'hybrid'],
    })),
  },
});

/** Hands a challenge over, and reads it as the next request does. */
function handed(challenge: HandedChallenge): { bytes: number; read: HandedChallenge | null } {
  let kept = '';
  const jar = { set: (_: string, value: string) => void (kept = value), get: () => kept };
  setChallengeCookie(jar as unknown as Parameters<typeof setChallengeCookie>[0], challenge, 300);
  return { bytes: kept.length + '__Host-sallyport-challenge='.length, read: readChallengeCookie(jar) };
}

test('A challenge reaches the page whole, with the passkeys that can answer it', () => {
  const challenge = challengeOf(5);
  expect(handed(challenge).read).toEqual(challenge);
});

test('A challenge of an account with a hundred passkeys fits into a cookie; the authenticator finds its own', () => {
  const challenge = challengeOf(100);
  const { bytes, read } = handed(challenge);
  expect(bytes).toBeLessThanOrEqual(4096);
  expect(read).toEqual({
    ...challenge,
    passkeyOptions: { ...(challenge.passkeyOptions as object), allowCredentials: [] },
  });
});

test('A challenge is whole up to the last byte for which there is room', () => {
  const passkeyOptions = { allowCredentials: [{ id: 'a passkey' }] };
  const bare = { challenge: '', methods: [], passkeyOptions };
  const ofBytes = (bytes: number): HandedChallenge => ({
    ...bare,
    challenge: 'x'.repeat(bytes - JSON.stringify(bare).length),
  });
  const options = [2_800, 2_801].map((bytes) => handed(ofBytes(bytes)).read?.passkeyOptions);
  expect(options).toEqual([passkeyOptions, { allowCredentials: [] }]);
});

test.each(['', 'bm9uZQ', 'bnVsbA', Buffer.from('{"challenge":1,"methods":[]}').toString('base64url')])(
  'A cookie that nobody here has written hands no challenge over: %s',
  (value) => expect(readChallengeCookie({ get: () => value })).toBeNull(),
);
