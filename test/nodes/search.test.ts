import { describe, expect, test } from '@jest/globals';
import { createRequestContexts } from '../../src/http/request-context.ts';
import { Answer } from '../../src/http/server/answer.ts';
import { createNodes } from '../../src/nodes/nodes.service.ts';
import { requestOf } from '../support/http-message.ts';
import { knownCallers } from '../support/request-context-deps.ts';

async function search(query: string, first: number | null, sources: ReadonlyArray<readonly string[]>) {
  const asked: unknown[] = [];
  const request = requestOf();
  const contexts = createRequestContexts(knownCallers().deps);
  const cookies = contexts.openCookies(request, new Answer(request), null);
  const credential = { authorization: undefined, apiKey: undefined, queryKey: undefined };
  const context = await contexts.create(request, { cookies, credential, requestId: 'a request' });
  const nodes = createNodes({
    types: {},
    sources: sources.map((ids) => (_, principal, text, rows) => {
      asked.push([principal.kind, text, rows]);
      return Promise.resolve(ids.map((id) => ({ id })));
    }),
    searches: (_, work) => work(),
  });
  const found = await nodes.search(context, context.principal, query, first);
  return { asked, ids: found.map((row) => 'id' in row && row.id) };
}

describe('A search of everything', () => {
  test('asks each source for as many rows as are wanted, and answers the newest of all', async () => {
    const { asked, ids } = await search(' text ', 3, [['a', 'd'], ['e', 'b'], ['c']]);
    expect(asked).toEqual(Array.from({ length: 3 }, () => ['anonymous', 'text', 3]));
    expect(ids).toEqual(['e', 'd', 'c']);
  });

  test('asks for twenty rows if null is asked for', async () => {
    expect((await search('text', null, [[]])).asked).toEqual([['anonymous', 'text', 20]]);
  });

  test('is for 200 characters and 100 rows at most', async () => {
    expect((await search('ab cd '.repeat(33).slice(0, 16), 100, [['a']])).ids).toEqual(['a']);
    const word = Array.from({ length: 200 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join('');
    expect((await search(word, 1, [['a']])).ids).toEqual(['a']);
    await expect(search(`${word}x`, 1, [])).rejects.toMatchObject({ options: { field: 'query', problem: 'too_long' } });
    for (const first of [0, 101])
      await expect(search('text', first, [])).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        options: { field: 'first' },
      });
  });
});
