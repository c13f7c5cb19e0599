// Prints the bill of materials of what production installs, as CycloneDX 1.6, from the lockfile: `npm run sbom`.
// npm's own `npm sbom --omit dev` leaves out every package that a development dependency needs as well.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stdout } from 'node:process';

const lock = JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8'));
const { '': root, ...packages } = lock.packages;

const purlOf = (name, version) => `pkg:npm/${name.replace('@', '%40')}@${version}`;

const components = Object.entries(packages)
  .filter(([, { dev }]) => !dev)
  .map(([path, { version, license, integrity, optional, devOptional }]) => {
    const name = path.split('node_modules/').at(-1);
    const [algorithm, digest] = integrity.split('-');
    return {
      type: 'library',
      'bom-ref': purlOf(name, version),
      name,
      version,
      scope: optional || devOptional ? 'optional' : 'required',
      purl: purlOf(name, version),
      hashes: [{ alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(digest, 'base64').toString('hex') }],
      ...(license === undefined ? {} : { licenses: [{ expression: license }] }),
    };
  });

const bill = {
  $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: {
    component: {
      type: 'application',
      'bom-ref': purlOf(root.name, root.version),
      name: root.name,
      version: root.version,
      purl: purlOf(root.name, root.version),
      licenses: [{ expression: root.license }],
    },
  },
  components: [...new Map(components.map((component) => [component.purl, component])).values()].toSorted((a, b) =>
    a.purl < b.purl ? -1 : 1,
  ),
};
stdout.write(`${JSON.stringify(bill, null, 2)}\n`);
