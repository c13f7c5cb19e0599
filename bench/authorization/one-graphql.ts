import assert from 'node:assert/strict';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Two copies of graphql refuse each other's schemas, and two modules of one copy would be compiled and warmed apart.
 * @throws AssertionError where a contestant would load another graphql than the project does.
 */
export function assertOneGraphql(): void {
  const own = realpathSync(createRequire(new URL('../../package.json', import.meta.url)).resolve('graphql'));
  const manifest = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as Manifest;
  for (const name of Object.keys(manifest.dependencies)) {
    const url = new URL(`./node_modules/${name}/package.json`, import.meta.url);
    if (!existsSync(url)) continue;
    const found = realpathSync(createRequire(realpathSync(url)).resolve('graphql'));
    assert.equal(found, own, `${name} would load another graphql than the project does`);
  }
}
