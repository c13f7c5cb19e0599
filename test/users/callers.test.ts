import { describe, expect, test } from '@jest/globals';
import { roles } from '../../src/access/roles.ts';
import { bindPolicies, type Principal } from '../../src/authorization/index.ts';
import type { RequestPrincipal } from '../../src/request/credentials.ts';
import { isOnlyVouchedFor } from '../../src/users/is-only-vouched-for.ts';
import { ofEachUser } from '../../src/users/of-each-user.ts';
import { isNarrowed, requireUserId, requireWholeUserId } from '../../src/users/require-user.ts';
import { isUnchangedSince, requireUnchangedSince } from '../../src/users/unchanged-since.ts';
import { User } from '../../src/users/user.entity.ts';
import { ownUserId, userPolicy, wholeUserId } from '../../src/users/user.policy.ts';

const rights = { roles: [], scopes: [] };
const anonymous: Principal = { kind: 'anonymous' };
const user: RequestPrincipal = { kind: 'user', id: 'session', userId: 'ada', ...rights };
const plain: Principal = { kind: 'user', id: 'ada', ...rights };
const narrowed: RequestPrincipal = { ...user, isNarrowed: true };
const key: Principal = { kind: 'apiKey', id: 'key', userId: 'ada', ...rights };
const service: Principal = { kind: 'service', id: 'ci', ...rights };

describe('The user behind a caller', () => {
  test('is there for a user and for a key of one', () => {
    expect([user, plain, narrowed, key].map(requireUserId)).toEqual(['ada', 'ada', 'ada', 'ada']);
    for (const nobody of [anonymous, service]) {
      expect(() => requireUserId(nobody)).toThrow(
        expect.objectContaining({
          code: 'FORBIDDEN',
          message: 'Only a user or a user’s API key can do this: sign in.',
        }),
      );
    }
  });

  test('is whole if its session was not narrowed', () => {
    expect([user, plain, key].map(requireWholeUserId)).toEqual(['ada', 'ada', 'ada']);
    expect(() => requireWholeUserId(narrowed)).toThrow(
      expect.objectContaining({
        code: 'FORBIDDEN',
        message: 'This session was narrowed to some scopes: sign in without `scopes` to do this.',
      }),
    );
    expect([user, narrowed, anonymous, { ...user, isNarrowed: false }].map(isNarrowed)).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  test('is there in person for a session alone', () => {
    expect([user, plain, narrowed, key, service, anonymous].map(ownUserId)).toEqual([
      'ada',
      'ada',
      'ada',
      undefined,
      undefined,
      undefined,
    ]);
    expect([user, plain, narrowed, key, service, anonymous].map(wholeUserId)).toEqual([
      'ada',
      'ada',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('What is private of an account', () => {
  const { User: policy } = bindPolicies({ roles, policies: [userPolicy] });
  const [own, foreign] = [{ id: 'ada' }, { id: 'bob' }];
  const narrowedKey: RequestPrincipal = { ...key, isNarrowed: true };
  const readable = (action: Parameters<typeof policy.decide>[0], row: object, scopes: readonly string[] = []) =>
    [user, plain, key, narrowed, narrowedKey, service, anonymous].map((caller) =>
      policy.decide(action, caller.kind === 'anonymous' ? caller : { ...caller, scopes }, row),
    );

  test('is read by its own credentials unless they were narrowed, and by those who manage users', () => {
    expect(readable('readPrivate', own)).toEqual([true, true, true, false, false, false, false]);
    expect(readable('readPrivate', foreign)).toEqual([false, false, false, false, false, false, false]);
    for (const row of [own, foreign])
      expect(readable('readPrivate', row, ['users:read'])).toEqual([true, true, true, true, true, true, false]);
  });

  test('are its factors and keys for its own session in person, and its sessions for those who end them as well', () => {
    for (const action of ['seeFactors', 'seeApiKeys', 'seeSessions'] as const) {
      expect(readable(action, own)).toEqual([true, true, false, false, false, false, false]);
      expect(readable(action, foreign)).toEqual([false, false, false, false, false, false, false]);
    }
    for (const action of ['seeFactors', 'seeApiKeys'] as const)
      expect(readable(action, foreign, ['*'])).toEqual([false, false, false, false, false, false, false]);
    expect(readable('seeSessions', foreign, ['sessions:revoke'])).toEqual([true, true, true, true, true, true, false]);
  });

  test('is its own user’s to change, whichever credential that user has', () => {
    for (const action of ['isSelf', 'update'] as const) {
      expect(readable(action, own)).toEqual([true, true, true, true, true, false, false]);
      expect(readable(action, foreign, ['*'])).toEqual([false, false, false, false, false, false, false]);
    }
  });
});

describe('An account', () => {
  const account = (status: User['status'], credentialVersion: number): User =>
    Object.assign(Object.create(User.prototype), { status, credentialVersion });

  test('is that of a credential while it is active, and has the version that the credential was checked against', () => {
    const versions: readonly RequestPrincipal[] = [
      user,
      { ...user, credentialVersion: 3 },
      { ...user, credentialVersion: 2 },
    ];
    expect(versions.map((principal) => isUnchangedSince(account('ACTIVE', 3), principal))).toEqual([true, true, false]);
    expect(versions.map((principal) => isUnchangedSince(account('DISABLED', 3), principal))).toEqual([
      false,
      false,
      false,
    ]);
  });

  test('that has changed, or is gone, takes another sign-in', () => {
    expect(() => requireUnchangedSince(account('ACTIVE', 3), { ...user, credentialVersion: 3 })).not.toThrow();
    for (const changed of [account('ACTIVE', 4), account('DISABLED', 3), null, undefined]) {
      expect(() => requireUnchangedSince(changed, { ...user, credentialVersion: 3 })).toThrow(
        expect.objectContaining({
          code: 'UNAUTHENTICATED',
          message: 'The account or its password has changed: sign in again.',
        }),
      );
    }
  });

  test('has an e-mail for which others alone vouch until its owner proves it', () => {
    const at = new Date(0);
    expect(
      [
        { emailProvedAt: null, emailVerifiedAt: at },
        { emailProvedAt: at, emailVerifiedAt: at },
        { emailProvedAt: null, emailVerifiedAt: null },
        { emailProvedAt: at, emailVerifiedAt: null },
      ].map(isOnlyVouchedFor),
    ).toEqual([true, false, false, false]);
  });

  test('has its rows among those of several, in the order of the ids', () => {
    const row = (name: string, id: string) => ({ name, user: { id } });
    const rows = [row('one', 'b'), row('two', 'a'), row('three', 'b')];
    expect(ofEachUser(['a', 'b', 'c'], rows).map((own) => own.map(({ name }) => name))).toEqual([
      ['two'],
      ['one', 'three'],
      [],
    ]);
  });
});
