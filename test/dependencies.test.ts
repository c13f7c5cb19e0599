import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import lock from '../package-lock.json' with { type: 'json' };
import manifest from '../package.json' with { type: 'json' };
import { root } from './support/process.ts';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
}
const { '': _, ...packages } = lock.packages as Readonly<Record<string, Locked>>;
const nameOf = (path: string): string => path.split('node_modules/').at(-1) ?? '';

/** Packages with a script that npm would run at an install, and why we let it, or do without. */
const installScripts: Readonly<Record<string, string>> = {
  node: 'puts the Node of this project in its place',
  argon2: 'takes the compiled module of this platform',
  '@apollo/protobufjs': 'prints a warning; not run',
  '@parcel/watcher': 'compiles a watcher that codegen needs only with --watch; not run',
  'unrs-resolver': 'looks for a compiled module, which is there; not run',
};

test('Every direct dependency is pinned to one version', () => {
  const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([]);
});

test('Every locked package comes from the registry and is checked by its hash', () => {
  const wrong = Object.entries(packages).filter(
    ([, { integrity = '', resolved }]) =>
      !integrity.startsWith('sha512-') || /^(?:git|file|http:)/.test(resolved ?? ''),
  );
  expect(wrong.map(([path]) => path)).toEqual([]);
});

test('Only known packages have scripts that run at an install, and only those run that are allowed', () => {
  const found = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript === true);
  expect(found.map(([path]) => nameOf(path)).toSorted()).toEqual(Object.keys(installScripts).toSorted());
  expect(Object.keys(manifest.allowScripts).filter((name) => !Object.hasOwn(installScripts, name))).toEqual([]);
});

test('The bill of materials is CycloneDX and lists every package that production installs', async () => {
  const { stdout } = await promisify(execFile)('npm', ['run', '-s', 'sbom'], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  const bill = JSON.parse(stdout) as {
    bomFormat: string;
    components: Array<{ group?: string; name: string; version: string }>;
  };
  expect(bill.bomFormat).toBe('CycloneDX');
  const listed = new Set(bill.components.map(({ name, version }) => `${name}@${version}`));
  const shipped = Object.entries(packages)
    .filter(([, { dev, devOptional, optional }]) => !(dev ?? devOptional ?? optional))
    .map(([path, { version }]) => `${nameOf(path)}@${version}`);
  expect(shipped.length).toBeGreaterThan(50);
  expect(shipped.filter((name) => !listed.has(name))).toEqual([]);
});
