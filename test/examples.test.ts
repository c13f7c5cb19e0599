import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { followEvents, followNothing, followSocket, startHttpExample, startLinesExample } from './support/examples.ts';
import type { Example, Followed, Result } from './support/examples.ts';

interface Note {
  readonly title: string;
}

const titles = ({ data }: Result) => (data?.['notes'] as Note[] | undefined)?.map(({ title }) => title);
const titleOf = ({ data }: Result) => (data?.['noteRenamed'] as Note | null | undefined)?.title;
const codes = ({ errors = [] }: Result) => errors.map(({ extensions }) => extensions.code);

/** Waits for what another process does, and does again whatever may have come too early. */
async function until(isSo: () => boolean, again: () => Promise<unknown> = async () => undefined): Promise<void> {
  while (!isSo()) {
    // eslint-disable-next-line no-await-in-loop
    await again();
    // eslint-disable-next-line no-await-in-loop
    await delay(20);
  }
}

const hosts = [
  { name: 'apollo', subscribes: false, start: () => startHttpExample('apollo', followNothing) },
  { name: 'yoga', subscribes: true, start: () => startHttpExample('yoga', followEvents) },
  { name: 'mercurius', subscribes: true, start: () => startHttpExample('mercurius', followSocket) },
  { name: 'mercurius, compiling', subscribes: true, start: () => startHttpExample('mercurius', followSocket, '1') },
  { name: 'plain', subscribes: true, start: () => startLinesExample('plain/server.ts') },
  { name: 'Pothos', subscribes: false, start: () => startLinesExample('code-first/pothos.ts') },
  { name: 'Nexus', subscribes: false, start: () => startLinesExample('code-first/nexus.ts') },
  {
    name: 'TypeGraphQL',
    subscribes: false,
    start: () => startLinesExample('code-first/type-graphql.ts', 'code-first/decorators.ts'),
  },
];

describe.each(hosts)('The engine in the example $name', ({ subscribes, start }) => {
  let example: Example;
  beforeAll(async () => void (example = await start()));
  afterAll(() => example.stop());
  const ask: Example['ask'] = (query, as) => example.ask(query, as);

  test('A guarded field is null for anonymous, with UNAUTHENTICATED at its path', async () => {
    const { data, errors } = await ask('{ notes { title remarks } }');
    expect(data).toEqual({ notes: [{ title: 'Tides', remarks: null }] });
    // Mercurius writes an index as text.
    expect(errors?.map(({ path }) => path?.join('.'))).toEqual(['notes.0.remarks']);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
  });

  test('A guarded field is forbidden without the role, and answered with it', async () => {
    expect(codes(await ask('{ notes { remarks } }', 'ben'))).toEqual(['FORBIDDEN']);
    expect(await ask('{ note(id: "1") { remarks } }', 'eve')).toEqual({
      data: { note: { remarks: 'Check the figures.' } },
    });
  });

  test.each([
    [undefined, ['Tides']],
    ['ben', ['Tides']],
    ['ann', ['Tides', 'Moons']],
    ['eve', ['Tides', 'Moons']],
  ])('A list for %s holds the rows that the policy lets them read', async (reader, expected) => {
    expect(titles(await ask('{ notes { title } }', reader))).toEqual(expected);
  });

  test('An unreadable row is not found by its id, whatever the alias or fragment', async () => {
    const query = '{ hidden: note(id: "2") { ...Title } } fragment Title on Note { title }';
    const refused = await ask(query, 'ben');
    expect(refused.data).toEqual({ hidden: null });
    expect(codes(refused)).toEqual(['NOT_FOUND']);
    expect(refused.errors?.[0]?.path).toEqual(['hidden']);
    expect(await ask(query, 'ann')).toEqual({ data: { hidden: { title: 'Moons' } } });
  });

  test.each([
    [undefined, '1', 'UNAUTHENTICATED'],
    [undefined, '2', 'NOT_FOUND'],
    ['ben', '2', 'NOT_FOUND'],
    ['eve', '2', 'FORBIDDEN'],
    ['ann', '3', 'NOT_FOUND'],
  ])('A mutation by %s of note %s is refused with %s, and does not run', async (writer, id, code) => {
    const { data, errors } = await ask(`mutation { renameNote(id: "${id}", title: "Mine") { title } }`, writer);
    expect(data).toEqual({ renameNote: null });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual([code]);
    expect(titles(await ask('{ notes { title } }', 'ann'))).toEqual(['Tides', 'Moons']);
  });

  test('A mutation by the owner runs', async () => {
    const query = 'mutation { renameNote(id: "2", title: "Moons") { title } }';
    expect(await ask(query, 'ann')).toEqual({ data: { renameNote: { title: 'Moons' } } });
  });

  test('What does not exist is refused without suggestions', async () => {
    const { errors } = await ask('{ nots { title } }');
    expect(errors?.map(({ message }) => message)).toEqual(['Cannot query field "nots" on type "Query".']);
  });

  test('Introspection shows each caller what it could reach', async () => {
    const shown = async (as?: string): Promise<string[]> => {
      const { data } = await ask('{ __type(name: "Note") { fields { name } } }', as);
      const type = data?.['__type'] as { fields: Array<{ name: string }> } | undefined;
      return type?.fields.map(({ name }) => name).toSorted() ?? [];
    };
    expect(await shown()).toEqual(['id', 'title']);
    expect(await shown('eve')).toEqual(['id', 'remarks', 'title']);
  });

  test('Requests at the same time are each judged by their own principal', async () => {
    const readers = Array.from({ length: 40 }, (_, index) => ['ann', 'ben', 'eve', undefined][index % 4]);
    const lists = await Promise.all(readers.map(async (reader) => titles(await ask('{ notes { title } }', reader))));
    const expected = readers.map((reader) => (reader === 'ann' || reader === 'eve' ? ['Tides', 'Moons'] : ['Tides']));
    expect(lists).toEqual(expected);
  });

  if (!subscribes) return;
  const renamed = 'subscription { noteRenamed { title remarks } }';
  const rename = (id: string, title: string) =>
    ask(`mutation { renameNote(id: "${id}", title: "${title}") { id } }`, 'ann');

  test('A subscription is refused to anonymous, whatever it claims on the way', async () => {
    const { received, stop } = await example.follow(renamed);
    await until(() => received.length > 0);
    expect(codes(received[0] ?? {})).toEqual(['UNAUTHENTICATED']);
    stop();
  });

  test('Each event is judged for each subscriber, and a refused row is withheld', async () => {
    const [ben, eve] = await Promise.all([example.follow(renamed, 'ben'), example.follow(renamed, 'eve')]);
    await until(
      () => ben.received.length > 0 && eve.received.length > 0,
      () => rename('1', 'Listening?'),
    );
    await rename('2', 'Moons');
    await rename('1', 'Tides');
    const tides = (follower: Followed) => follower.received.find((event) => titleOf(event) === 'Tides');
    await until(() => tides(ben) !== undefined && tides(eve) !== undefined);

    expect(tides(eve)).toEqual({ data: { noteRenamed: { title: 'Tides', remarks: 'Check the figures.' } } });
    expect(tides(ben)?.data).toEqual({ noteRenamed: { title: 'Tides', remarks: null } });
    expect(codes(tides(ben) ?? {})).toEqual(['FORBIDDEN']);
    expect(eve.received.map(titleOf)).toContain('Moons');
    expect(ben.received.map(titleOf)).not.toContain('Moons');
    expect(ben.received.map(titleOf)).not.toContain(undefined);
    [ben, eve].forEach((follower) => follower.stop());
  });
});
