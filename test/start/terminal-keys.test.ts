import { expect, test } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { listenForKeys } from '../../src/app/terminal-keys.ts';

const urls = { consoleUrl: 'http://localhost:4000/console', explorerUrl: 'http://localhost:4000/explorer' };

function terminal(isTTY: boolean) {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode: (isRaw: boolean) => modes.push(isRaw) });
  const done: string[] = [];
  const isListening = listenForKeys({ input, ...urls, open: (url) => done.push(url), quit: () => done.push('quit') });
  return { input, modes, done, isListening };
}

test('On a terminal, o opens the console and e the explorer; q and Ctrl-C give the terminal back and stop', async () => {
  const { input, modes, done, isListening } = terminal(true);
  for (const key of ['x', 'o', 'e', 'constructor', 'q', '\u0003']) {
    input.write(key);
    await new Promise(setImmediate);
  }
  expect([isListening, done]).toEqual([true, [urls.consoleUrl, urls.explorerUrl, 'quit', 'quit']]);
  expect(modes).toEqual([true, false, false]);
});

test('Without a terminal no key counts', async () => {
  const { input, modes, done, isListening } = terminal(false);
  input.write('q');
  await new Promise(setImmediate);
  expect([isListening, modes, done]).toEqual([false, [], []]);
});
