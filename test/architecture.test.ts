import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, matchesGlob, relative, resolve } from 'node:path';

const source = resolve(import.meta.dirname, '../src');

/** What a feature may import, whatever its name: a folder that the table does not know is one. */
const feature = [
  'authorization',
  'request',
  'audit/record',
  'config/ip-ranges',
  'database',
  'errors',
  'events',
  'feature',
  'generated',
  'jobs',
  'limits',
  'outbound',
  'users',
];

/**
 * What each folder (or file, where files of a folder differ) may import besides itself; a feature also what every
 * feature may.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  markup: [],
  'json-text': [],
  authorization: [],
  execution: ['authorization'],
  'config/ip-ranges': [],
  'config/log': [],
  'config/memory': [],
  'config/environment': [],
  'config/loopback': [],
  'config/database-url': ['config/loopback'],
  config: ['errors', 'json-text', 'config/database-url', 'config/loopback', 'config/ip-ranges'],
  request: ['authorization', 'database', 'errors'],
  'audit/record': ['errors', 'request', 'database'],
  database: ['config/database-url', 'errors'],
  events: ['errors', 'request', 'database'],
  limits: ['errors'],
  jobs: ['request'],
  mail: ['markup'],
  outbound: ['config/loopback'],
  'row-security': ['authorization', 'database'],
  http: ['errors', 'json-text', 'markup', 'request', 'config/ip-ranges'],
  graphql: ['authorization', 'database', 'execution', 'request', 'audit/record', 'errors', 'limits'],
  feature: ['audit/record', 'authorization', 'database', 'events', 'jobs', 'limits', 'request'],
  generated: ['authorization', 'database', 'request', 'features'],
  access: ['markup'],
  comments: ['articles'],
  'identity/sessions': ['identity/signing-keys'],
  'identity/api-keys': ['identity/sessions'],
  'identity/trusted-issuers': ['identity/sessions'],
  'identity/sign-in': ['identity/sessions'],
  'identity/accounts': ['json-text', 'mail', 'identity/sessions', 'identity/sign-in'],
  'identity/email-codes': ['identity/accounts', 'identity/sign-in'],
  'identity/external-login': [
    'identity/accounts',
    'identity/sessions',
    'identity/sign-in',
    'identity/signing-keys',
    'outbound',
  ],
  'identity/passkeys': ['identity/second-factors', 'identity/sign-in'],
  'identity/second-factors': ['identity/accounts', 'identity/sign-in', 'identity/signing-keys'],
  app: [
    'features',
    'audit/record',
    'authorization',
    'config',
    'config/database-url',
    'config/log',
    'database',
    'errors',
    'events',
    'execution',
    'feature',
    'graphql',
    'http',
    'jobs',
    'limits',
    'mail',
    'outbound',
    'request',
    'row-security',
  ],
  cli: [
    'features',
    'app',
    'audit/record',
    'authorization',
    'config',
    'config/environment',
    'config/log',
    'database',
    'errors',
    'jobs',
    'limits',
    'mail',
    'request',
    'row-security',
  ],
  main: ['app', 'config/memory', 'config/environment', 'errors'],
};

/** The engine and the executor stand on GraphQL alone, so that they can be taken without the rest. */
const packagesOf: Readonly<Record<string, RegExp>> = {
  authorization: /^(graphql|@graphql-tools\/.+)$/,
  execution: /^graphql(\/.+)?$/,
};

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

/** The unit of the table that a file belongs to: itself if the table has it, else its folder (two levels for identity). */
function unitOf(file: string): string {
  const path = file.replace(/\.ts$/, '');
  if (Object.hasOwn(mayImport, path)) return path;
  const parts = path.split('/');
  return parts[0] === 'identity' ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}

const units = [...new Set(files.map(unitOf))];
/** Folders with a `*.feature.ts`, which each of these has to have. */
const features = units.filter((unit) => !Object.hasOwn(mayImport, unit) || isFeature(unit));

function isFeature(unit: string): boolean {
  return files.some((file) => file.endsWith('.feature.ts') && dirname(file) === unit);
}

/** Types of the configuration, which all may import, and tables to which those of another feature relate, with their policies. */
const isCommon = (found: Import): boolean =>
  (unitOf(pathOf(found)) === 'config' && found.isType) ||
  (features.includes(unitOf(found.file)) && /^\w+\/[\w-]+\.(entity|policy)\.ts$/.test(pathOf(found)));

const allowedOf = (unit: string): readonly string[] => [
  ...(mayImport[unit] ?? []).flatMap((allowed) => (allowed === 'features' ? features : [allowed])),
  ...(features.includes(unit) ? feature : []),
];

describe('Layers point one way:', () => {
  test('a folder that the table does not know is a feature, and exports it as one value', () => {
    expect(features.filter((unit) => !isFeature(unit))).toEqual([]);
  });

  test('no folder imports what the table does not allow', () => {
    const breaches = imports.filter(isOurs).filter((found) => {
      const [from, to] = [unitOf(found.file), unitOf(pathOf(found))];
      return from !== to && !isCommon(found) && !allowedOf(from).includes(to);
    });
    expect(breaches.map((found) => `${found.file} imports ${pathOf(found)}`)).toEqual([]);
  });

  test('the table allows nothing that no file uses', () => {
    const used = new Set(imports.filter(isOurs).map((found) => `${unitOf(found.file)} -> ${unitOf(pathOf(found))}`));
    const isUsed = (from: string, to: string): boolean =>
      to === 'features' ? features.some((unit) => isUsed(from, unit)) : used.has(`${from} -> ${to}`);
    const unused = Object.entries(mayImport).flatMap(([from, all]) =>
      all.filter((to) => !isUsed(from, to)).map((to) => `${from} -> ${to}`),
    );
    expect(unused).toEqual([]);
    expect(feature.filter((to) => !features.some((unit) => isUsed(unit, to)))).toEqual([]);
  });

  test('generated code is imported as types alone', () => {
    const breaches = imports.filter((found) => isOurs(found) && unitOf(pathOf(found)) === 'generated' && !found.isType);
    expect(breaches).toEqual([]);
  });

  test('the engine and the executor import nothing but graphql and its tools', () => {
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
    expect(readers).toEqual(['config/environment.ts']);
  });
});

/** The files of features that reach the database past the guard of what is written for callers, and what for. */
const pastTheGuard: Readonly<Record<string, string>> = {
  'audit/audit-hours.ts': 'counts events, and writes nothing',
  'audit/audit-months.ts': 'the months of the audit log',
  'audit/create-recorder.ts': 'events of all requests together',
  'audit/make-months.ts': 'the months of the audit log',
  'identity/accounts/account-mail.ts': 'the texts of mails, after the request',
  'identity/accounts/import/insert-accounts.ts': 'an import by the command line',
  'identity/api-keys/last-use.ts': 'when keys were used, of all requests together',
  'identity/sessions/refresh-session.ts': 'the session of a refresh token, which is all that its caller shows',
  'identity/sign-in/challenge-store.ts': 'the attempts of a caller that is not known yet',
  'identity/sign-in/factor-header.ts': 'the second factor of a caller that is not known yet',
  'identity/sign-in/passwords/basic.strategy.ts': 'the password of a caller that is not known yet',
  'identity/signing-keys/rotate-by-age.ts': 'keys of the server',
  'identity/signing-keys/signing-keys.service.ts': 'keys of the server',
  'identity/trusted-issuers/back-channel-logout.ts': 'sessions that another issuer ended, on no request of theirs',
  'identity/trusted-issuers/provision-user.ts': 'the account of a caller that is not known yet',
  'nodes/nodes.service.ts': 'reads in which table an id is',
};

interface LintConfig {
  readonly overrides: ReadonlyArray<{
    readonly files: readonly string[];
    readonly excludeFiles: readonly string[];
    readonly rules: object;
  }>;
}

describe('No write of a feature is unseen:', () => {
  const textOf = (file: string): string => readFileSync(join(source, file), 'utf8');
  const ofFeatures = files.filter((file) => features.includes(unitOf(file)));

  test('only files that are listed reach the database past the guard', () => {
    const past =
      /\bfork\(|\bgetConnection\(|\bgetDriver\(|\bgetKysely\(|\bgetTransactionContext\b|\bget(Native)?Client\(|\bsource\.send\(|\bfindText\(|\basSystem\(/;
    expect(ofFeatures.filter((file) => past.test(textOf(file))).toSorted()).toEqual(
      Object.keys(pastTheGuard).toSorted(),
    );
  });

  test('the linter refuses it in every other file of a feature', () => {
    const { overrides } = JSON.parse(readFileSync(resolve(source, '../.oxlintrc.json'), 'utf8')) as LintConfig;
    const isIn = (globs: readonly string[], file: string): boolean =>
      globs.some((glob) => matchesGlob(`src/${file}`, glob));
    const isRefused = (file: string): boolean =>
      overrides.some(
        ({ files: all, excludeFiles, rules }) =>
          'no-restricted-properties' in rules && isIn(all, file) && !isIn(excludeFiles, file),
      );
    expect(ofFeatures.filter((file) => !isRefused(file)).toSorted()).toEqual(Object.keys(pastTheGuard).toSorted());
  });

  /** The features whose rows are written as their policies let callers. */
  const byPolicy = features.filter((unit) => {
    const value = ofFeatures
      .filter((file) => unitOf(file) === unit && file.endsWith('.feature.ts'))
      .map(textOf)
      .join('');
    return /^  policies:/m.test(value) && !/^  systemWork:/m.test(value);
  });
  const ofThese = ofFeatures.filter((file) => byPolicy.includes(unitOf(file)));

  test('rows with a policy are written by entities, by filters or by `updateRow`, unless all is the work of the system', () => {
    expect(byPolicy).toEqual(expect.arrayContaining(['articles', 'comments', 'users']));
    const unseen = /\.(execute|createQueryBuilder|qb|upsert|upsertMany|clone)\(/;
    expect(ofThese.filter((file) => unseen.test(textOf(file)))).toEqual([]);
  });

  test('services lock rows with a policy as the system: PostgreSQL locks none for a caller who may not update it', () => {
    const services = ofThese
      .filter((file) => file.endsWith('.service.ts'))
      .map((file) => [file, textOf(file)] as const);
    const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
    const locks = services.filter(([, text]) => count(text, /lockMode:/g) > 0);
    expect(locks.map(([file]) => file)).toEqual(
      expect.arrayContaining(['articles/articles.service.ts', 'comments/comments.service.ts']),
    );
    const asSystem = /lockAsSystem\(tx, \(\) =>\s+tx\.find[^;]*lockMode:/g;
    expect(locks.filter(([, text]) => count(text, asSystem) !== count(text, /lockMode:/g))).toEqual([]);
  });
});

/** The layers of the engine, from the innermost; a report may look at introspection, and the entry at all. */
const engineLayers = ['model', 'policy', 'schema', 'runtime', 'introspection', 'report', '.'];

describe('The layers of the engine point one way:', () => {
  const engine = 'authorization/';
  const layerOf = (path: string): string => path.slice(engine.length).split('/').slice(0, -1)[0] ?? '.';
  const isOfEngine = (path: string): boolean => path.startsWith(engine);

  test('every folder of the engine is a layer', () => {
    const layers = new Set(files.filter(isOfEngine).map(layerOf));
    expect([...layers].toSorted()).toEqual(engineLayers.toSorted());
  });

  test('no layer imports one further out, not even its types', () => {
    const breaches = imports.filter(
      (found) =>
        isOurs(found) &&
        isOfEngine(found.file) &&
        engineLayers.indexOf(layerOf(found.file)) < engineLayers.indexOf(layerOf(pathOf(found))),
    );
    expect(breaches.map((found) => `${found.file} imports ${pathOf(found)}`)).toEqual([]);
  });

  test('no two files of the engine import each other, directly or by others, not even types', () => {
    const ours = imports.filter((found) => isOurs(found) && isOfEngine(found.file));
    const targets = Map.groupBy(ours, ({ file }) => file);
    const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
      (targets.get(from) ?? []).some((found) => {
        const next = pathOf(found);
        if (next === to) return true;
        if (seen.has(next)) return false;
        seen.add(next);
        return reaches(next, to, seen);
      });
    expect([...targets.keys()].filter((file) => reaches(file, file))).toEqual([]);
  });

  test('nothing outside the engine imports past its entry', () => {
    const breaches = imports.filter(
      (found) =>
        isOurs(found) &&
        !isOfEngine(found.file) &&
        isOfEngine(pathOf(found)) &&
        pathOf(found) !== 'authorization/index.ts',
    );
    expect(breaches.map((found) => `${found.file} imports ${pathOf(found)}`)).toEqual([]);
  });
});

describe('The console is a client like any other:', () => {
  const web = resolve(source, '../web');
  const texts = readdirSync(web, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && name !== 'vite.config.ts')
    .map((name) => ({ name, text: readFileSync(join(web, name), 'utf8') }));

  test('of ours it imports nothing but sallyport/client and the documents that codegen typed', () => {
    const breaches = texts.flatMap(({ name, text }) =>
      [...text.matchAll(/(?:from\s+|import\s*\(?\s*)'([^']+)'/g)]
        .map(([, target = '']) => target)
        .filter((target) => target.startsWith('sallyport') || target.startsWith('.'))
        .filter((target) =>
          target.startsWith('.')
            ? relative(web, resolve(web, dirname(name), target)).startsWith('..')
            : !/^sallyport\/client(\/(react|graphql-ws))?$/.test(target),
        )
        .map((target) => `${name} imports ${target}`),
    );
    expect(breaches).toEqual([]);
  });

  test('nothing in it runs a text as code, or puts one into the page as markup', () => {
    const risky = texts.filter(({ text }) => /dangerouslySetInnerHTML|innerHTML|\beval\(|new Function\(/.test(text));
    expect(risky.map(({ name }) => name)).toEqual([]);
  });
});
