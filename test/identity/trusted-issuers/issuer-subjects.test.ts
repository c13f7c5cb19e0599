import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { generateKeyPair, SignJWT, exportJWK, type CryptoKey, type JWK } from 'jose';
import { createRights } from '../../../src/access/rights-of-roles.ts';
import { roles } from '../../../src/access/roles.ts';
import { bySystem, type SecurityEvent } from '../../../src/audit/record.ts';
import type { TrustedIssuer } from '../../../src/config/parse-trusted-issuers.ts';
import type { DomainEvent } from '../../../src/events/event.ts';
import {
  createBackChannelLogout,
  type BackChannelLogoutDeps,
} from '../../../src/identity/trusted-issuers/back-channel-logout.ts';
import { IssuedSubject } from '../../../src/identity/trusted-issuers/issued-subject.entity.ts';
import { IssuerLogout } from '../../../src/identity/trusted-issuers/issuer-logout.entity.ts';
import { createIssuerTokens, type IssuedToken } from '../../../src/identity/trusted-issuers/issuer-tokens.ts';
import {
  createIssuerTokenStrategy,
  type IssuerTokenStrategyDeps,
} from '../../../src/identity/trusted-issuers/issuer-token.strategy.ts';
import { logoutRetention } from '../../../src/identity/trusted-issuers/logout-retention.ts';
import { createProvisionUser } from '../../../src/identity/trusted-issuers/provision-user.ts';
import { removeSubjects } from '../../../src/identity/trusted-issuers/remove-subjects.ts';
import { createSubjectCheck } from '../../../src/identity/trusted-issuers/subject-check.ts';
import { issuedId } from '../../../src/identity/trusted-issuers/subject-id.ts';
import { requireNotHeld } from '../../../src/identity/accounts/held-email.ts';
import type { PresentedCredentials } from '../../../src/request/credentials.ts';
import { User } from '../../../src/users/user.entity.ts';
import { createUser } from '../../../src/users/users.service.ts';
import { openTestDatabase, type OpenedDatabase } from '../../support/unit-of-work.ts';

const now = new Date('2026-01-02T03:04:05Z');
const at = now.getTime() / 1000;

let database: OpenedDatabase;
let privateKey: CryptoKey;
let published: JWK;
beforeAll(async () => {
  database = await openTestDatabase();
  const pair = await generateKeyPair('ES256');
  privateKey = pair.privateKey;
  published = { ...(await exportJWK(pair.publicKey)), kid: 'k' };
});
afterAll(() => database.remove());

const issuer: TrustedIssuer = {
  issuer: 'https://issuer.example.com',
  audience: ['us'],
  audienceClaim: 'aud',
  algorithms: ['ES256'],
  jwksUri: 'https://issuer.example.com/jwks',
  secret: null,
  claims: { roles: null, scopes: null, session: 'sid', attributes: {} },
  scopesGrant: false,
  roleMap: null,
  defaultRoles: [],
  demands: {},
  provision: true,
  backChannelLogout: ['web-app'],
};
/** One whose subjects become no users, and which tells of no logouts. */
const silent: TrustedIssuer = {
  ...issuer,
  issuer: 'https://silent.example.com',
  provision: false,
  backChannelLogout: [],
};

const token = (changes: Partial<IssuedToken> = {}): IssuedToken => ({
  issuer,
  subjectId: issuedId(issuer.issuer, 'subject', 'ada'),
  sessionId: issuedId(issuer.issuer, 'session', 'one'),
  issuedAt: at,
  notBefore: at,
  expiresAt: at + 3600,
  rights: { roles: [], scopes: [], isNarrowed: false },
  attributes: {},
  verifiedEmail: 'ada@example.com',
  displayName: 'Ada',
  ...changes,
});

const presented: PresentedCredentials = {
  authorization: undefined,
  apiKey: undefined,
  queryKey: undefined,
  cookies: {},
  ipAddress: '192.0.2.1',
  now,
  requestId: 'a request',
  userAgent: null,
};

const noted: SecurityEvent[] = [];
const announced: DomainEvent[] = [];
const recorder = {
  record: (_: unknown, __: unknown, event: SecurityEvent) => void noted.push(event),
  note: async (_: unknown, event: SecurityEvent) => (noted.push(event), null),
};
beforeEach(async () => {
  const em = database.fork();
  await em.nativeDelete(IssuerLogout, {});
  await em.nativeDelete(IssuedSubject, {});
  await em.nativeDelete(User, {});
  noted.length = 0;
  announced.length = 0;
});

const provision = (of = token()): Promise<void> =>
  createProvisionUser({ fork: database.fork, recorder, requireNotHeld })(presented, of);
const check = (of = token()) => createSubjectCheck(database.readCredentials)(of);

describe('A subject of another issuer', () => {
  test('becomes a user without roles, whose e-mail the issuer vouches for, and that is noted', async () => {
    await provision();
    const user = await database.fork().findOneOrFail(User, { email: 'ada@example.com' });
    expect(user).toMatchObject({ displayName: 'Ada', roles: [], emailVerifiedAt: now, emailProvedAt: null });
    expect(noted).toEqual([
      { type: 'account.provisioned', actorId: user.id, subjectId: user.id, details: { issuer: issuer.issuer } },
    ]);
    expect(await check()).toEqual({
      user: { userId: user.id, status: 'ACTIVE', credentialVersion: 0, secondFactors: [] },
      isLoggedOut: false,
    });
  });

  test('becomes one user, however often it comes', async () => {
    await Promise.all([provision(), provision(), provision()]);
    expect(await database.fork().count(IssuedSubject)).toBe(1);
    expect(await database.fork().count(User)).toBe(1);
  });

  test.each([
    [null, 'New user'],
    [' ', 'New user'],
    ['x'.repeat(101), 'New user'],
    [' Ada ', 'Ada'],
  ])('is named as the issuer says, if that is a name: %j', async (displayName, name) => {
    await provision(token({ displayName }));
    expect(await database.fork().findOneOrFail(User, { email: 'ada@example.com' })).toMatchObject({
      displayName: name,
    });
  });

  test('is no user if it cannot be written, and that is an outage', async () => {
    const outage = new Error('the database is away');
    const failing = createProvisionUser({
      fork: () => {
        throw outage;
      },
      recorder,
      requireNotHeld,
    });
    await expect(failing(presented, token())).rejects.toBe(outage);
  });

  test('never becomes the account that has its e-mail, and has none itself then', async () => {
    const taken = { email: 'ada@example.com', displayName: 'Another', passwordHash: null };
    const { id } = await createUser(database.fork(), now, taken, async () => undefined);
    await provision();
    const { user } = await check();
    expect(user?.userId).not.toBe(id);
    const made = await database.fork().findOneOrFail(User, user?.userId ?? '');
    expect(made).toMatchObject({ email: `${token().subjectId}@addressless.invalid`, emailVerifiedAt: null });
  });

  test('that no longer is its user becomes another one, if it was added since', async () => {
    await provision();
    const { user } = await check();
    const em = database.fork();
    await removeSubjects(em, bySystem(now), user?.userId ?? '', new Date(now.getTime() + 1));
    expect((await check()).user).toEqual(user);
    await removeSubjects(em, bySystem(now), user?.userId ?? '', now);
    expect((await check()).user).toBeNull();
  });

  test('is told with what its account is now', async () => {
    await provision();
    const change = { status: 'DISABLED', credentialVersion: 3, secondFactors: ['TOTP'] } as const;
    await database.fork().nativeUpdate(User, {}, { ...change, secondFactors: [...change.secondFactors] });
    expect((await check()).user).toMatchObject(change);
  });

  test('is not looked up if nothing can be known of it', async () => {
    await provision();
    const nothing = { ...issuer, provision: false, backChannelLogout: [] };
    expect(await check(token({ issuer: nothing }))).toEqual({ user: null, isLoggedOut: false });
    expect((await check(token({ issuer: { ...nothing, provision: true } }))).user).not.toBeNull();
    expect((await check(token({ issuer: { ...nothing, backChannelLogout: ['web-app'] } }))).user).not.toBeNull();
  });
});

/** The tokens of both issuers, as a server verifies them. */
const issuerTokens = createIssuerTokens({
  trustedIssuers: [issuer, silent],
  fetch: async () => Response.json({ keys: [published] }),
  onFailure: () => undefined,
  rightsOf: createRights(roles),
  knownScopes: new Set(),
});

describe('The token of another issuer as a credential', () => {
  const sign = (changes: object = {}): Promise<string> =>
    new SignJWT({ iss: issuer.issuer, aud: 'us', sub: 'ada', sid: 'one', iat: at, exp: at + 3600, ...changes })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .sign(privateKey);
  const recognise = async (
    authorization: string | undefined,
    changes: Partial<IssuerTokenStrategyDeps> = {},
    moment = now,
  ) =>
    createIssuerTokenStrategy({
      issuerTokens,
      checkSubject: createSubjectCheck(database.readCredentials),
      provisionUser: createProvisionUser({ fork: database.fork, recorder, requireNotHeld }),
      recorder,
      hasFactor: ({ secondFactors }) => secondFactors.length > 0,
      ...changes,
    })({ ...presented, authorization, now: moment });
  const bearer = async (changes: object = {}): Promise<string> => `Bearer ${await sign(changes)}`;
  const ended = { principal: { kind: 'anonymous' }, source: 'bearer' };
  const refused = (reason: string): object => ({
    type: 'issuer_token.refused',
    outcome: 'FAILURE',
    details: { issuer: issuer.issuer, reason },
  });

  test('is not ours to judge if there is none, or if it is of nobody whom we trust', async () => {
    const others = [undefined, 'Basic abc', 'Bearer abc', await bearer({ iss: 'https://evil.example' })];
    for (const authorization of others) expect(await recognise(authorization)).toBeNull();
    expect(noted).toEqual([]);
  });

  test('makes a user at first sight, and is that user from then on', async () => {
    const first = await recognise(await bearer());
    const { user } = await check();
    expect(first).toEqual({
      principal: {
        kind: 'user',
        id: user?.userId,
        userId: user?.userId,
        roles: [],
        scopes: [],
        isNarrowed: false,
        attributes: {},
        credentialVersion: 0,
        hasFactor: false,
      },
      source: 'bearer',
      expiresAt: new Date((at + 3600) * 1000),
      endedBy: [token().subjectId, token().sessionId],
    });
    await database.fork().nativeUpdate(User, user?.userId ?? '', { secondFactors: ['TOTP'], credentialVersion: 2 });
    const provisionUser = (): never => {
      throw new Error('a second user');
    };
    expect(await recognise(await bearer(), { provisionUser })).toMatchObject({
      principal: { id: user?.userId, hasFactor: true, credentialVersion: 2 },
    });
  });

  test('is a service where subjects become no users', async () => {
    const plain = await recognise(`Bearer ${await sign({ iss: silent.issuer })}`);
    expect(plain).toMatchObject({
      principal: { kind: 'service', id: issuedId(silent.issuer, 'subject', 'ada'), roles: [] },
    });
    expect(await database.fork().count(User)).toBe(0);
  });

  test('is over with its time, its user and its session, and is refused alike otherwise', async () => {
    const authorization = await bearer();
    await recognise(authorization);
    noted.length = 0;
    expect(await recognise(authorization, {}, new Date((at + 3630) * 1000))).toEqual({
      ...ended,
      ended: { sessionId: null, reason: 'EXPIRED' },
    });
    const isOver = { ...ended, ended: { sessionId: null, reason: 'ENDED' } };
    const { user } = await check();
    await database.fork().nativeUpdate(User, user?.userId ?? '', { status: 'DISABLED' });
    expect(await recognise(authorization)).toEqual(isOver);
    const state = { user: null, isLoggedOut: true };
    const provisionUser = (): never => {
      throw new Error('a user of what is over');
    };
    expect(await recognise(authorization, { checkSubject: async () => state, provisionUser })).toEqual(isOver);
    expect(noted).toEqual([refused('expired'), refused('disabled'), refused('logged_out')]);
    await expect(recognise(await bearer({ aud: 'them' }))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(noted.at(-1)).toEqual(refused('audience'));
  });

  test('is over if no user could be made of its subject, and an outage is no refusal', async () => {
    const authorization = await bearer({ sub: 'bob' });
    const provisionUser = async (): Promise<void> => undefined;
    expect(await recognise(authorization, { provisionUser })).toMatchObject({ ended: { reason: 'ENDED' } });
    noted.length = 0;
    const outage = new Error('the database is away');
    const checkSubject = (): never => {
      throw outage;
    };
    await expect(recognise(authorization, { checkSubject })).rejects.toBe(outage);
    expect(noted).toEqual([]);
  });
});

describe('A logout token', () => {
  const event = 'http://schemas.openid.net/event/backchannel-logout';
  const deps: BackChannelLogoutDeps = {
    issuerTokens,
    fork: () => database.fork(),
    recorder,
    publishEvent: (_, domainEvent) => void announced.push(domainEvent),
  };
  const logout = createBackChannelLogout(deps);
  const sign = (claims: object, header: object = {}): Promise<string> =>
    new SignJWT({ iss: issuer.issuer, aud: 'web-app', iat: at, exp: at + 120, events: { [event]: {} }, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'k', typ: 'logout+jwt', ...header })
      .sign(privateKey);
  const tell = async (claims: object, header: object = {}, moment = now): Promise<void> =>
    logout({ ...bySystem(moment) }, await sign(claims, header));
  const isOver = async (changes: Partial<IssuedToken> = {}): Promise<boolean> =>
    (await check(token(changes))).isLoggedOut;
  const nameless = { sessionId: issuedId(issuer.issuer, 'subject-without-session', 'ada') };

  test('that cannot be written is no token that is wrong', async () => {
    const outage = new Error('the database is away');
    const failing = createBackChannelLogout({
      ...deps,
      fork: () => {
        throw outage;
      },
    });
    await expect(failing(bySystem(now), await sign({ sid: 'one' }))).rejects.toBe(outage);
    expect(noted).toEqual([]);
  });

  test('of a session ends its tokens, whenever they were issued', async () => {
    await tell({ sid: 'one' });
    expect([await isOver(), await isOver({ issuedAt: at + 60 }), await isOver(nameless)]).toEqual([true, true, false]);
    const id = issuedId(issuer.issuer, 'session', 'one');
    expect(announced).toEqual([{ kind: 'issuer-session-ended', id }]);
    expect(noted).toEqual([{ type: 'issuer_session.ended', subjectId: null, details: { issuer: issuer.issuer } }]);
  });

  test('of a subject ends its tokens until then', async () => {
    await tell({ sub: 'ada' });
    expect([
      await isOver(),
      await isOver(nameless),
      await isOver({ issuedAt: at + 1 }),
      await isOver({ subjectId: issuedId(issuer.issuer, 'subject', 'bob') }),
    ]).toEqual([true, true, false, false]);
  });

  test('of a session and its subject ends the session, and until then tokens that name none', async () => {
    await tell({ sid: 'one', sub: 'ada' });
    expect([
      await isOver({ issuedAt: at + 60 }),
      await isOver(nameless),
      await isOver({ ...nameless, issuedAt: at + 1 }),
      await isOver({ sessionId: issuedId(issuer.issuer, 'session', 'two') }),
    ]).toEqual([true, true, false, false]);
    const ids = announced.map((one) => ('id' in one ? one.id : ''));
    expect(ids).toEqual(ids.toSorted());
    expect(ids).toHaveLength(2);
    announced.length = 0;
    // Another order of the two ids.
    await tell({ sid: 'three', sub: 'ada' });
    const others = announced.map((one) => ('id' in one ? one.id : ''));
    expect(others).toEqual(others.toSorted());
  });

  test('ends no less than an earlier one, in whatever order they come', async () => {
    const later = new Date(now.getTime() + 60_000);
    await tell({ sub: 'ada', iat: at + 60, exp: at + 120 }, {}, later);
    await tell({ sub: 'ada' });
    expect([await isOver({ issuedAt: at + 60 }), await isOver({ issuedAt: at + 61 })]).toEqual([true, false]);
    const [{ expiresAt } = { expiresAt: null }] = await database.fork().find(IssuerLogout, {});
    expect(expiresAt).toEqual(new Date(later.getTime() + (86_400 + 3_600) * 1000));
  });

  test.each<[string, object, object, string]>([
    ['of an issuer that tells of none', { iss: silent.issuer, sid: 'one' }, {}, 'issuer'],
    ['for another client', { aud: 'other', sid: 'one' }, {}, 'audience'],
    ['of another type', { sid: 'one' }, { typ: 'at+jwt' }, 'type'],
    ['of the future', { sid: 'one', iat: at + 31 }, {}, 'time'],
    ['that has expired', { sid: 'one', iat: at - 120, exp: at - 30 }, {}, 'expired'],
    ['with a nonce', { sid: 'one', nonce: 'n' }, {}, 'kind'],
    ['without the event', { sid: 'one', events: {} }, {}, 'kind'],
    ['with an event that is no object', { sid: 'one', events: { [event]: true } }, {}, 'kind'],
    ['with an event that is null', { sid: 'one', events: { [event]: null } }, {}, 'kind'],
    ['without events', { sid: 'one', events: undefined }, {}, 'kind'],
    ['whose events are null', { sid: 'one', events: null }, {}, 'kind'],
    ['whose events are a text', { sid: 'one', events: event }, {}, 'kind'],
    ['whose session is no text', { sid: 5, sub: 'ada' }, {}, 'kind'],
    ['whose session is empty', { sid: '', sub: 'ada' }, {}, 'kind'],
    ['whose subject is no text', { sid: 'one', sub: 5 }, {}, 'kind'],
    ['whose subject is empty', { sid: 'one', sub: '' }, {}, 'kind'],
    ['that names nobody', {}, {}, 'subject'],
  ])('%s ends nothing, and is noted', async (_, claims, header, reason) => {
    await expect(tell(claims, header)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(await database.fork().count(IssuerLogout)).toBe(0);
    expect(announced).toEqual([]);
    expect(noted).toMatchObject([{ type: 'issuer_session.end_refused', outcome: 'FAILURE', details: { reason } }]);
  });

  test('of an issuer that is not trusted ends nothing, and is noted', async () => {
    await expect(tell({ iss: 'https://evil.example', sid: 'one' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(noted).toEqual([
      { type: 'issuer_session.end_refused', outcome: 'FAILURE', details: { issuer: null, reason: 'issuer' } },
    ]);
  });

  test.each([{}, { typ: 'jwt' }, { typ: undefined }])('may be of the type %j', async (header) => {
    await tell({ sid: 'one' }, header);
    expect(await isOver()).toBe(true);
  });

  test('is removed once no token can be alive that it ended', async () => {
    await tell({ sid: 'one' });
    const runAt = (seconds: number): Promise<number> =>
      logoutRetention.run({
        fork: database.fork,
        now: new Date(now.getTime() + seconds * 1000),
        pause: async () => undefined,
        log: { warn: () => undefined },
      });
    expect([await runAt(90_000), await runAt(90_001)]).toEqual([0, 1]);
  });
});
