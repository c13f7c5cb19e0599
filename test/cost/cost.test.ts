import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startServer } from '../support/server.ts';
import { disposeListeners } from '../support/websocket.ts';
import { documents } from './documents.ts';
import { measure, type Cost } from './growth.ts';
import { requests } from './requests.ts';
import { request, type Attempt, type Shape, type World } from './shape.ts';
import { sockets } from './sockets.ts';

/** `npm run test:cost` sets it; the suite tries each shape in two sizes, and looks closer only at what seems to grow. */
const isLong = process.env['COST'] === 'long';
const sizesOf = ({ largest }: Shape): number[] =>
  [...(isLong ? [largest / 16] : []), largest / 4, largest].map((size) => Math.max(1, Math.ceil(size)));
const rounds = isLong ? 5 : 1;
const roundsOfSecondLook = 7;

/** One size is four times the other: what grows with the square of it would be sixteen times as much. */
const maxGrowth = 8;
/** Below these nothing is said to grow. */
const cheapMs = 40;
const fewBytes = 64 * 1024;
/** The most that one request may cost, in small requests. */
const maxSmallOnes = 150;

let world: World;
let small: Attempt;
beforeAll(async () => {
  // Jest writes out the stack of each error when it is made, which costs more than everything else; Node does not.
  Error.stackTraceLimit = 0;
  const server = await startServer({ TRUSTED_PROXIES: '127.0.0.1', REFUSAL_IDS: 'on' });
  world = { server, viewer: await server.signIn('viewer'), editor: await server.signIn('editor') };
  const make = 'mutation ($input: CreateArticleInput!) { createArticle(input: $input) { id } }';
  const publish = 'mutation ($id: ID!) { publishArticle(id: $id) { id } }';
  for (let count = 0; count < 80; count += 1) {
    const { createArticle } = await world.editor.get<{ createArticle: { id: string } }>(make, {
      input: { title: `Article ${count}`, body: 'y'.repeat(200) },
    });
    await world.editor.get(publish, createArticle);
  }
  const list = JSON.stringify({ query: '{ articles(first: 10) { nodes { id title } } }' });
  small = await request('a small list', 1, () => ({ body: list })).prepare(world, 1);
  await measure([small], 20);
});
afterAll(async () => {
  await disposeListeners();
  await world.server.stop();
});

describe.each([
  ['document', documents],
  ['request', requests],
  ['connection', sockets],
])('A %s costs no more than it grows:', (_, shapes) => {
  test.each(shapes.map((shape): [string, Shape] => [shape.name, shape]))('%s', async (__, shape) => {
    const attempts: Attempt[] = [];
    for (const size of sizesOf(shape)) attempts.push(await shape.prepare(world, size));
    try {
      // The first of each compiles what the others use.
      for (const attempt of attempts.slice(0, -1)) await attempt.run();
      const found = problemsOf(await measure([small, ...attempts], rounds));
      expect(found.length === 0 ? [] : problemsOf(await measure([small, ...attempts], roundsOfSecondLook))).toEqual([]);
    } finally {
      for (const { end } of attempts) end?.();
    }
  });
});

/** Says what grows faster than the sizes did, or costs too much. */
function problemsOf([ofSmall, ...costs]: readonly Cost[]): string[] {
  return costs.flatMap((cost, at) => {
    const before = costs[at - 1];
    const smallOnes = cost.cpuMs / (ofSmall?.cpuMs ?? 1);
    return [
      ...(before !== undefined && cost.cpuMs > cheapMs && cost.cpuMs > maxGrowth * before.cpuMs
        ? [`CPU time grows from ${before.cpuMs.toFixed(1)} to ${cost.cpuMs.toFixed(1)} ms`]
        : []),
      ...(before !== undefined && cost.bytes > fewBytes && cost.bytes > maxGrowth * before.bytes
        ? [`the answer grows from ${before.bytes} to ${cost.bytes} bytes`]
        : []),
      ...(cost.cpuMs > cheapMs && smallOnes > maxSmallOnes
        ? [`it costs as much as ${smallOnes.toFixed(0)} small requests`]
        : []),
    ];
  });
}
