import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { MikroORM } from '@mikro-orm/pglite';
import type { EntityManager, MikroORM as ServerORM } from '@mikro-orm/postgresql';
import { bindPolicies, definePolicy, type Conditions } from '../../src/authorization/index.ts';
import { insertTogether } from '../../src/database/insert-together.ts';
import { ormOptions } from '../../src/database/orm-options.ts';
import { relationOfTable } from '../../src/database/rows/collections.ts';
import { asSystem } from '../../src/database/write-guard/as-system.ts';
import { GuardedEntityManager } from '../../src/database/write-guard/guarded-entity-manager.ts';
import type { WriteGuard } from '../../src/database/write-guard/write-guard.ts';
import { AppError } from '../../src/errors.ts';

/** Relations of many to many whose rows between are entities: memberships of teams without a policy, admissions to clubs with one. */

const PersonSchema = defineEntity({ name: 'Person', properties: { id: p.string().primary() } });
class Person extends PersonSchema.class {}
PersonSchema.setClass(Person);
const TeamSchema = defineEntity({
  name: 'Team',
  properties: {
    id: p.string().primary(),
    members: () => p.manyToMany(Person).pivotEntity(() => Membership),
    memberships: () => p.oneToMany(Membership).mappedBy('team'),
  },
});
class Team extends TeamSchema.class {}
TeamSchema.setClass(Team);
const MembershipSchema = defineEntity({
  name: 'Membership',
  properties: {
    team: () => p.manyToOne(Team).primary(),
    person: () => p.manyToOne(Person).primary(),
    level: p.integer().default(1),
  },
});
class Membership extends MembershipSchema.class {}
MembershipSchema.setClass(Membership);
const ClubSchema = defineEntity({
  name: 'Club',
  properties: { id: p.string().primary(), guests: () => p.manyToMany(Person).pivotEntity(() => Admission) },
});
class Club extends ClubSchema.class {}
ClubSchema.setClass(Club);
const AdmissionSchema = defineEntity({
  name: 'Admission',
  properties: { club: () => p.manyToOne(Club).primary(), person: () => p.manyToOne(Person).primary() },
});
class Admission extends AdmissionSchema.class {}
AdmissionSchema.setClass(Admission);
const RoomSchema = defineEntity({
  name: 'Room',
  properties: { id: p.string().primary(), keepers: () => p.manyToMany(Person).pivotTable('room_keepers') },
});
class Room extends RoomSchema.class {}
RoomSchema.setClass(Room);

const policies = [
  definePolicy<Team>('Team', ({ nobody }) => ({ update: nobody })),
  definePolicy<Room>('Room', ({ nobody }) => ({ update: nobody })),
  definePolicy<Club>('Club', ({ everyone }) => ({ create: everyone, update: everyone })),
  definePolicy('Admission', ({ owner }: Conditions<Admission>) => ({
    create: owner('person'),
    delete: owner('person'),
  })),
];

let orm: ServerORM;
beforeAll(async () => {
  const opened: unknown = await MikroORM.init({
    ...(ormOptions([Person, Team, Membership, Club, Admission, Room]) as object),
    dbName: 'memory://',
  });
  orm = opened as ServerORM;
});
beforeEach(async () => {
  await orm.schema.refresh();
  const em = orm.em.fork();
  const [ann] = ['ann', 'eve'].map((id) => em.create(Person, { id }));
  const [team, club] = [em.create(Team, { id: 'team' }), em.create(Club, { id: 'club' })];
  em.create(Membership, { team, person: ann as Person, level: 1 });
  em.create(Admission, { club, person: ann as Person });
  em.create(Room, { id: 'room', keepers: [ann as Person] });
  await em.flush();
});
afterAll(() => orm.close(true));

/** A unit of work as a service has it that asks nobody. */
function unitOf(user: string): EntityManager {
  const bound = bindPolicies({
    roles: {},
    policies,
    relations: (type, property) => relationOfTable(orm, type, property),
    load: async () => null,
  });
  const guard: WriteGuard = {
    guards: (type) => policies.some((policy) => policy.type === type),
    async require(action, type, row) {
      const principal = { kind: 'user', id: user, roles: [], scopes: [] } as const;
      if (!(await bound.decide(type, action, principal, row))) throw new AppError('FORBIDDEN', `${type}.${action}`);
    },
  };
  const em: unknown = orm.em.fork();
  if (!(em instanceof GuardedEntityManager)) throw new TypeError('The entity manager knows no guards.');
  return em.guardedBy(guard);
}

async function rows(): Promise<readonly object[]> {
  const em = orm.em.fork();
  const select = (table: string) => em.execute<object[]>(`select * from ${table} order by 1, 2`);
  return [await select('membership'), await select('admission'), await select('room_keepers')];
}

type Writes = ReadonlyArray<readonly [way: string, write: (em: EntityManager) => unknown]>;
const key = { team: 'team', person: 'eve' };
const ofAnn = { team: 'team', person: 'ann' };

const writesOfRelation: Writes = [
  ['a unit of work that makes it', (em) => em.create(Membership, { ...key, level: 1 })],
  ['a unit of work that changes it', async (em) => void ((await em.findOneOrFail(Membership, ofAnn)).level = 9)],
  ['a unit of work that removes it', async (em) => em.remove(await em.findOneOrFail(Membership, ofAnn))],
  [
    'a collection of the rows between',
    async (em) => {
      const team = await em.findOneOrFail(Team, 'team', { populate: ['memberships'] });
      team.memberships.add(em.create(Membership, { ...key, level: 1 }, { persist: false }));
    },
  ],
  ['a native insert', (em) => em.insert(Membership, { ...key, level: 1 })],
  ['many native inserts', (em) => em.insertMany(Membership, [{ ...key, level: 1 }])],
  ['a native update', (em) => em.nativeUpdate(Membership, ofAnn, { person: 'eve' })],
  ['a native delete', (em) => em.nativeDelete(Membership, ofAnn)],
  ['a native delete by its name', (em) => em.nativeDelete('Membership' as never, ofAnn)],
  ['an upsert', (em) => em.upsert(Membership, { ...key, level: 1 })],
  [
    'a query builder',
    (em) =>
      em
        .createQueryBuilder(Membership)
        .insert({ ...key, level: 1 })
        .execute(),
  ],
  ['inserts that go together', (em) => insertTogether(em, [{ entity: Membership, values: { ...key, level: 1 } }])],
  ['SQL', (em) => em.execute(`delete from membership`)],
  [
    'a native insert into a table that has no class',
    (em) => em.insert('room_keepers' as never, { room_id: 'room', person_id: 'eve' } as never),
  ],
  ['a native delete from a table that has no class', (em) => em.nativeDelete('room_keepers' as never, {})],
];

describe.each(writesOfRelation)('A row between two others that is written by %s', (_, write) => {
  test('is a change of the row that owns the relation: it is refused, since no policy was asked', async () => {
    const before = await rows();
    const em = unitOf('eve');
    await expect(
      (async () => {
        await write(em);
        await em.flush();
      })(),
    ).rejects.toThrow('asSystem(reason, work)');
    expect(await rows()).toEqual(before);
  });
});

describe('A row between two others without a policy', () => {
  test('is refused with the name of the relation, and what to do instead', async () => {
    await expect(unitOf('eve').insert(Membership, { ...key, level: 1 })).rejects.toThrow(
      'Rows of Membership are the relation Team.members, and rows of Team have a policy: change the collection',
    );
  });

  test('is written by the system, and the collection by those whom the policy of its owner lets', async () => {
    const em = unitOf('eve');
    await asSystem('a test says so', () => em.insert(Membership, { ...key, level: 1 }));
    expect(await orm.em.fork().count(Membership, key)).toBe(1);
    const team = await em.findOneOrFail(Team, 'team', { populate: ['members'] });
    team.members.removeAll();
    await expect(em.flush()).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'Team.update' });
  });
});

describe('A row between two others that has a policy of its own', () => {
  test.each<[way: string, write: (em: EntityManager, person: string) => unknown]>([
    ['a unit of work', (em, person) => em.create(Admission, { club: 'club', person })],
    ['a native insert', (em, person) => em.insert(Admission, { club: 'club', person })],
    ['many native inserts', (em, person) => em.insertMany(Admission, [{ club: 'club', person }])],
  ])('is asked about when it is written by %s', async (_, write) => {
    const em = unitOf('ann');
    await expect((async () => (await write(em, 'eve'), em.flush()))()).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: 'Admission.create',
    });
    const own = unitOf('eve');
    await write(own, 'eve');
    await own.flush();
    expect(await orm.em.fork().count(Admission, { person: 'eve' })).toBe(1);
  });

  test('is asked about when it is removed or changed natively, and no other is written', async () => {
    await unitOf('eve').insert(Admission, { club: 'club', person: 'eve' });
    const before = await rows();
    const [all, own] = [{ club: 'club' }, { club: 'club', person: 'eve' }];
    const refused = { code: 'FORBIDDEN' };
    await expect(unitOf('eve').nativeDelete(Admission, all)).rejects.toMatchObject(refused);
    await expect(unitOf('eve').nativeUpdate(Admission, own, { person: 'ann' })).rejects.toMatchObject(refused);
    expect(await rows()).toEqual(before);
    expect(await unitOf('eve').nativeDelete(Admission, own)).toBe(1);
    expect(await unitOf('eve').nativeDelete(Admission, own)).toBe(0);
    expect(await orm.em.fork().find(Admission, all)).toMatchObject([{ person: { id: 'ann' } }]);
  });

  test.each<[way: string, write: (em: EntityManager) => unknown]>([
    [
      'the collection',
      async (em) => {
        const club = await em.findOneOrFail(Club, 'club', { populate: ['guests'] });
        club.guests.add(em.getReference(Person, 'eve'));
      },
    ],
    ['a new row with its collection', (em) => em.create(Club, { id: 'new', guests: ['ann'] })],
    ['a native update', (em) => em.nativeUpdate(Club, { id: 'club' }, { guests: [] })],
    ['a native insert', (em) => em.insert(Club, { id: 'new', guests: ['ann'] })],
  ])('is not written past that policy by %s of the other', async (_, write) => {
    const before = await rows();
    const em = unitOf('eve');
    await expect((async () => (await write(em), em.flush()))()).rejects.toThrow(/Rows of Admission have a policy/);
    expect(await rows()).toEqual(before);
  });
});
