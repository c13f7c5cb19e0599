import { describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig, type Config } from '../../src/config/config.ts';
import { AppError, isErrorCode } from '../../src/errors.ts';
import { closeCodes } from '../../src/http/websocket/close-codes.ts';
import { root } from '../support/process.ts';
import { startServer } from '../support/server.ts';
import { page, rowsOf, section } from './pages.ts';

const unquoted = (cell = ''): string => cell.replaceAll('`', '');
const firstCells = (text: string): string[] => rowsOf(text).map(([cell]) => unquoted(cell));
const source = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('The page of the configuration', () => {
  const rows = rowsOf(page('docs/reference/configuration.md').text.split('\n## ', 1)[0] ?? '').slice(1);
  const production = {
    NODE_ENV: 'production',
    MASTER_KEY: randomBytes(32).toString('base64'),
    PUBLIC_URL: 'https://api.example.com',
    REGISTRATION: 'closed',
  };

  /** The names that are looked up in an environment, in development and in production. */
  function settingsRead(): string[] {
    const names = new Set<string>();
    for (const env of [{}, production]) {
      const watched = new Proxy<Record<string, string>>(env, {
        get: (target, name) => (names.add(String(name)), target[String(name)]),
      });
      try {
        parseConfig(watched);
      } catch {
        // Which settings are read does not depend on whether they fit together.
      }
    }
    return [...names];
  }

  test('lists the settings that are read, and no others', () => {
    expect(rows.map(([name]) => unquoted(name)).toSorted()).toEqual(settingsRead().toSorted());
  });

  test.each(
    rows.flatMap(([name, fallback = '']) => {
      const [, value] = /^`([^`]+)`(?:$|;)/.exec(fallback) ?? [];
      return value === undefined || /[A-Z]{4}|…/.test(value) ? [] : [{ name: unquoted(name), value }];
    }),
  )('says rightly that $name is $value by default', ({ name, value }) => {
    const random = (config: Config) => ({ ...config, masterKey: null });
    expect(random(parseConfig({ [name]: value }))).toEqual(random(parseConfig({})));
  });
});

describe('The page of errors', () => {
  const text = page('docs/reference/errors.md').text;
  const codes = rowsOf(text.split('\n## ', 1)[0] ?? '').slice(1);

  test('lists every code that there is, with its status', () => {
    const [, table = ''] = /const statusByCode = \{(.*?)\} as const/s.exec(source('src/errors.ts')) ?? [];
    const known = [...table.matchAll(/^\s+([A-Z_]+):/gm)].map(([, code]) => code);
    expect(codes.map(([code]) => unquoted(code))).toEqual(known);
    for (const [code, status] of codes) {
      const name = unquoted(code);
      expect([name, isErrorCode(name) && String(new AppError(name, '').status)]).toEqual([name, status]);
    }
  });

  test('lists every error of OAuth', () => {
    const [, union = ''] = /export type OAuthErrorCode =(.*?);/s.exec(source('src/errors.ts')) ?? [];
    const known = [...union.matchAll(/'([a-z_]+)'/g)].map(([, code]) => code);
    expect(firstCells(section(page('docs/reference/errors.md'), 'OAuth')).slice(1)).toEqual(known);
  });

  test('lists every code by which a WebSocket is closed', () => {
    const listed = firstCells(section(page('docs/reference/errors.md'), 'WebSockets')).slice(1);
    expect(listed.map(Number)).toEqual(Object.values(closeCodes).toSorted((a, b) => a - b));
  });
});

test('The page of the audit log lists every type of event', () => {
  const [, union = ''] = /export type EventType =(.*?);/s.exec(source('src/audit/record.ts')) ?? [];
  const known = [...union.matchAll(/'([a-z_.]+)'/g)].map(([, type = '']) => type);
  const listed = firstCells(section(page('docs/reference/audit-log.md'), 'Types')).slice(1);
  expect(listed).toEqual(known.toSorted());
});

test('The page of the endpoints lists the paths that there are, and no others', async () => {
  const paths = firstCells(page('docs/reference/http.md').text.split('\n## ', 1)[0] ?? '').slice(1);
  const wired = globSync('src/app/*.ts', { cwd: root }).flatMap((file) =>
    [...source(file).matchAll(/^\s+'(\/[\w./-]+)': /gm)].map(([, path = '']) => path),
  );
  expect(paths.toSorted()).toEqual(wired.toSorted());
  const server = await startServer();
  const statuses = await Promise.all(
    [...paths, '/nothing'].map(async (path) => (await fetch(`${server.url}${path}`)).status),
  );
  await server.stop();
  expect(statuses.map((status) => status === 404)).toEqual([...paths.map(() => false), true]);
});

test('The glossary lists each word once, with its meaning and its source', () => {
  const rows = rowsOf(page('docs/glossary.md').text);
  expect(rows.filter((row) => row.length !== 3 || row.includes(''))).toEqual([]);
  const words = rows.map(([word]) => word).filter((word) => word !== 'word');
  expect(words).toEqual([...new Set(words)]);
  for (const word of ['principal', 'scope', 'rotation', 'lease', 'slot', 'row evaluator', 'schema problem', 'plan'])
    expect(words).toContain(word);
});
