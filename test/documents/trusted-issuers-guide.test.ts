import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseConfig } from '../../src/config/config.ts';
import { root } from '../support/process.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { page } from './pages.ts';
import { createPlaceholders } from './placeholders.ts';

const { fences } = page('docs/guides/trusted-issuers.md');
const blocks = (language: string): string[] =>
  fences.filter((fence) => fence.language === language).map(({ content }) => content);
const [settings = '', ...answers] = blocks('json');
const presets = answers.pop() ?? '';

const script = join(root, `issuer-of-guide-${process.pid}.mjs`);
const port = 20_000 + (process.pid % 10_000);
const here = (text: string): string => text.replaceAll('localhost:9000', `localhost:${port}`);
let issuer: ChildProcess;
let server: TestServer;
beforeAll(async () => {
  writeFileSync(script, here(blocks('js').join('')));
  issuer = spawn(process.execPath, [script], { env: { ...process.env, ISSUER_PORT: String(port) }, stdio: 'ignore' });
  server = await startServer({ TRUSTED_ISSUERS: here(settings) });
  await until(async () => (await fetch(`http://localhost:${port}/keys`).catch(() => null))?.ok === true);
});
afterAll(async () => {
  issuer.kill();
  await once(issuer, 'exit');
  rmSync(script);
  await server.stop();
});

test('The lines of the guide to other issuers answer as it shows', async () => {
  const mark = '== end of step ==';
  const lines = blocks('sh').map((block) => `${here(block)}\nprintf '%s' '${mark}'\n`);
  const { stdout } = await promisify(execFile)('bash', [
    '-euo',
    'pipefail',
    '-c',
    lines.join('').replaceAll('http://localhost:4000', server.url),
  ]);
  const isAs = createPlaceholders();
  const found = stdout
    .split(mark)
    .slice(0, -1)
    .map((text): unknown => JSON.parse(text));
  const shown = answers.map((text): unknown => JSON.parse(text));
  expect(found.map((answer, at) => isAs(shown[at], answer))).toStrictEqual(shown);
});

test('The presets that the guide shows are settings as they stand', () => {
  expect(parseConfig({ TRUSTED_ISSUERS: presets }).trustedIssuers).toHaveLength(3);
});
