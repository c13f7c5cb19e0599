import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const source = resolve(import.meta.dirname, '../src');

const features = [
  'users',
  'articles',
  'comments',
  'nodes',
  'access',
  'audit',
  'identity/accounts',
  'identity/api-keys',
  'identity/sessions',
  'identity/signing-keys',
];
const feature = [
  'authorization',
  'request',
  'record',
  'database',
  'errors',
  'input',
  'limits',
  'announcements',
  'housekeeping',
  'generated',
  'users',
];

/** Which folder (or file at the top) may import which others; types of `config` may be imported by all. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  basic: [],
  errors: [],
  input: ['errors'],
  ranges: [],
  settings: ['errors', 'ranges'],
  environment: [],
  authorization: [],
  config: ['errors', 'settings'],
  request: ['authorization', 'errors'],
  record: ['request', 'database'],
  'report-error': ['errors'],
  log: [],
  database: ['errors', 'input'],
  announcements: ['errors', 'input', 'request', 'database'],
  limits: ['errors'],
  housekeeping: ['request'],
  chores: [...features, 'housekeeping'],
  http: ['authorization', 'basic', 'errors', 'ranges', 'request', 'report-error'],
  mail: [],
  graphql: ['authorization', 'request', 'record', 'errors', 'input', 'limits', 'report-error'],
  generated: ['authorization', 'request', ...features],
  users: feature,
  articles: feature,
  comments: [...feature, 'articles'],
  nodes: feature,
  access: feature,
  audit: feature,
  'identity/signing-keys': feature,
  'identity/sessions': [...feature, 'identity/signing-keys'],
  'identity/api-keys': [...feature, 'basic', 'ranges', 'identity/sessions'],
  'identity/accounts': [...feature, 'basic', 'mail', 'identity/sessions', 'identity/signing-keys'],
  entities: [...features, 'housekeeping'],
  demo: [...features, 'database', 'errors'],
  oauth: [
    'access',
    'authorization',
    'errors',
    'http',
    'identity/accounts',
    'identity/api-keys',
    'identity/sessions',
    'limits',
    'record',
    'report-error',
    'request',
  ],
  'ways-in': [
    'access',
    'database',
    'announcements',
    'identity/accounts',
    'identity/api-keys',
    'identity/sessions',
    'identity/signing-keys',
    'limits',
    'record',
    'request',
  ],
  features: [...features, 'announcements', 'authorization', 'graphql', 'limits', 'record', 'ways-in'],
  'guarded-schema': [...features, 'authorization', 'graphql', 'limits', 'request'],
  welcome: ['authorization', 'demo'],
  app: [
    ...features,
    'authorization',
    'database',
    'announcements',
    'chores',
    'housekeeping',
    'limits',
    'demo',
    'errors',
    'features',
    'graphql',
    'guarded-schema',
    'http',
    'mail',
    'oauth',
    'ranges',
    'record',
    'report-error',
    'request',
    'ways-in',
  ],
  cli: [
    'record',
    'environment',
    'input',
    'audit',
    'errors',
    'chores',
    'housekeeping',
    'identity/accounts',
    'identity/signing-keys',
    'users',
    'access',
    'authorization',
    'config',
    'database',
    'entities',
    'guarded-schema',
  ],
  'bounded-memory': [],
  serve: ['log', 'app', 'config', 'database', 'entities', 'welcome'],
  main: ['bounded-memory', 'environment', 'errors', 'serve'],
};

/** The engine stands on GraphQL alone, so that it can be taken without the rest. */
const packagesOf: Readonly<Record<string, RegExp>> = { authorization: /^(graphql|@graphql-tools\/.+)$/ };

interface Import {
  readonly file: string;
  readonly target: string;
  readonly isType: boolean;
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const imports = files.flatMap(importsOf);

function importsOf(file: string): Import[] {
  const text = readFileSync(join(source, file), 'utf8');
  const statements = text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^;'"]*?\sfrom\s+)?'([^']+)'/gm);
  const dynamic = text.matchAll(/\bimport\('([^']+)'\)/g);
  return [
    ...[...statements].map(([, type, target = '']) => ({ file, target, isType: type !== undefined })),
    ...[...dynamic].map(([, target = '']) => ({ file, target, isType: false })),
  ];
}

const isOurs = ({ target }: Import): boolean => target.startsWith('.');

const pathOf = ({ file, target }: Import): string => relative(source, resolve(source, dirname(file), target));

/** The row of the table that a file belongs to: its folder (two levels for identity), or itself at the top. */
function unitOf(file: string): string {
  const parts = file.replace(/\.ts$/, '').split('/');
  return parts[0] === 'identity' ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}

describe('Layers point one way', () => {
  test('every folder and top-level file stands in the table', () => {
    expect([...new Set(files.map(unitOf))].filter((unit) => !Object.hasOwn(mayImport, unit))).toEqual([]);
  });

  test('nobody imports what the table does not allow', () => {
    const breaches = imports.filter(isOurs).filter((found) => {
      const [from, to] = [unitOf(found.file), unitOf(pathOf(found))];
      return from !== to && !(to === 'config' && found.isType) && !(mayImport[from] ?? []).includes(to);
    });
    expect(breaches.map((found) => `${found.file} imports ${pathOf(found)}`)).toEqual([]);
  });

  test('generated code is imported as types alone', () => {
    const breaches = imports.filter((found) => isOurs(found) && unitOf(pathOf(found)) === 'generated' && !found.isType);
    expect(breaches).toEqual([]);
  });

  test('the engine imports nothing but graphql and its tools', () => {
    const breaches = imports.filter((found) => {
      const allowed = packagesOf[unitOf(found.file)];
      return allowed !== undefined && !isOurs(found) && !allowed.test(found.target);
    });
    expect(breaches.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  test('the imports of a file stand in order: packages, then ours, from the furthest to the nearest', () => {
    const placeOf = (target: string): string => {
      const steps = target.split('../').length - 1;
      return `${9 - steps} ${target.replace(/^(\.\.?\/)+/, '').toLowerCase()}`;
    };
    const unordered = files.filter((file) => {
      const text = readFileSync(join(source, file), 'utf8');
      const targets = [...text.matchAll(/^import\s(?:[^;'"]*?\sfrom\s+)?'([^']+)'/gm)].map(([, target = '']) => target);
      const places = targets.map((target) => (target.startsWith('.') ? placeOf(target) : ''));
      return places.join('\n') !== places.toSorted().join('\n');
    });
    expect(unordered.filter((file) => !file.startsWith('generated'))).toEqual([]);
  });

  test('only one file reads the environment', () => {
    const readers = files.filter((file) => /process\.env\b/.test(readFileSync(join(source, file), 'utf8')));
    expect(readers).toEqual(['environment.ts']);
  });
});
