import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createDeviceTokens } from '../../../src/identity/sign-in/device-token.ts';

const devices = createDeviceTokens(Buffer.alloc(32, 1));
const owner = { id: randomUUID(), credentialVersion: 3 };

describe('A device token', () => {
  test('names its device to the user for whom it was made, and to nobody else', () => {
    const { id, token } = devices.recognise(owner, null);
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(token).toMatch(/^spd_[\w-]{64}$/);
    expect(devices.read(owner, token)).toBe(id);
    expect(devices.read({ ...owner, id: randomUUID() }, token)).toBeNull();
    expect(devices.read({ ...owner, credentialVersion: 4 }, token)).toBeNull();
    expect(createDeviceTokens(Buffer.alloc(32, 2)).read(owner, token)).toBeNull();
  });

  test('that is altered, cut, longer or no such token is none', () => {
    const { token } = devices.recognise(owner, undefined);
    const bytes = Buffer.from(token.slice('spd_'.length), 'base64url');
    for (const index of bytes.keys()) {
      const altered = Buffer.from(bytes);
      altered[index] = (altered[index] ?? 0) ^ 1;
      expect(devices.read(owner, `spd_${altered.toString('base64url')}`)).toBeNull();
    }
    for (const other of [
      '',
      'spd_',
      token.slice('spd_'.length),
      `spx_${token.slice(4)}`,
      token.slice(0, -2),
      `${token}AA`,
    ]) {
      expect(devices.read(owner, other)).toBeNull();
    }
  });

  test('is kept by a device that is known, and is a new one for any other', () => {
    const first = devices.recognise(owner, null);
    expect(devices.recognise(owner, first.token)).toEqual(first);
    expect(devices.known(owner, first.id)).toEqual(first);
    const ids = [
      first,
      devices.recognise(owner, 'spd_'),
      devices.recognise({ ...owner, credentialVersion: 4 }, first.token),
      devices.known(owner, null),
      devices.known(owner, undefined),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
