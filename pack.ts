import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

// Run by npm before and after it packs; docs/decisions/engine-package.md says why.

const manifestFile = 'package.json';
const readmeFile = 'README.md';
const engineReadmeFile = 'src/authorization/README.md';
/** The repository's own file, while the engine's is in its place. */
const keptFile = (name: string): string => `dist/${name}.kept`;

type Targets = Readonly<Record<string, string>>;

interface Manifest {
  readonly [field: string]: unknown;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Targets>>;
}

/** Puts the engine's own manifest and README where npm looks for them, and keeps the repository's. */
function prepack(): void {
  const slim = slimManifest(readManifest());
  for (const name of [manifestFile, readmeFile]) renameSync(name, keptFile(name));
  writeFileSync(manifestFile, `${JSON.stringify(slim, null, 2)}\n`);
  copyFileSync(engineReadmeFile, readmeFile);
}

function postpack(): void {
  const isOurs = readManifest()['scripts'] !== undefined;
  if (isOurs) throw new Error(`${manifestFile} was changed meanwhile; compare it with ${keptFile(manifestFile)}.`);
  for (const name of [manifestFile, readmeFile]) renameSync(keptFile(name), name);
}

function readManifest(): Manifest {
  return JSON.parse(readFileSync(manifestFile, 'utf8')) as Manifest;
}

/** What the adapters of the client stand on: a host has the one that it uses. */
const optionalPeers: Readonly<Record<string, string>> = {
  '@apollo/client': '^4.0.0',
  '@urql/core': '^6.0.0',
  '@urql/exchange-auth': '^3.0.0',
  'graphql-ws': '^6.0.0',
  react: '>=18',
};

/** The host and the engine share one graphql, hence the peer. Ranges and Node are what the engine was tried with. */
function slimManifest({ name, version, license, type, files, exports, dependencies }: Manifest) {
  const description = 'The schema is the security policy: directives and policies enforced on every path to a field.';
  return {
    name,
    version,
    description,
    license,
    type,
    files,
    engines: { node: '>=22.18' },
    sideEffects: false,
    exports: Object.fromEntries(Object.entries(exports).map(([path, target]) => [path, builtTarget(target)])),
    peerDependencies: { graphql: '^16.8.0', ...optionalPeers },
    peerDependenciesMeta: Object.fromEntries(Object.keys(optionalPeers).map((peer) => [peer, { optional: true }])),
    dependencies: { '@graphql-tools/utils': `^${dependencies['@graphql-tools/utils']}` },
  };
}

/** Only the repository has the source that its own condition leads to. */
function builtTarget(target: string | Targets): string | Targets {
  if (typeof target === 'string') return target;
  return Object.fromEntries(Object.entries(target).filter(([condition]) => condition !== 'sallyport-source'));
}

const phases = { prepack, postpack };
const phase = process.env['npm_lifecycle_event'];
if (phase === 'prepack' || phase === 'postpack') phases[phase]();
else throw new Error('npm runs this when it packs.');
