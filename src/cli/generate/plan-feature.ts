import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '../usage.ts';
import { entityOf, featureOf, policyOf, readmeOf, resolversOf } from './code-templates.ts';
import { withFeature, withScopes } from './edits.ts';
import type { FeatureToWrite } from './feature-to-write.ts';
import { migrationOf } from './migration-template.ts';
import { sdlOf } from './sdl-template.ts';
import { serviceOf } from './service-template.ts';
import { nextMigration } from './surroundings.ts';
import { testOf } from './test-template.ts';

/** A file with the text that it is to hold, and the text that it holds now: nothing, if it is new. */
export interface PlannedFile {
  readonly path: string;
  readonly before: string | null;
  readonly after: string;
}

/**
 * Works out every file of a feature, formatted, without writing any.
 * @throws UsageError if one of the new files is there already.
 */
export async function planFeature(root: string, feature: FeatureToWrite, now: Date): Promise<PlannedFile[]> {
  const { folder, file, table } = feature.names;
  const migration = nextMigration(root, table, now);
  const created: ReadonlyArray<readonly [string, string]> = [
    [`schema/${folder}.graphql`, sdlOf(feature)],
    [`src/${folder}/${file}.entity.ts`, entityOf(feature)],
    [`src/${folder}/${file}.policy.ts`, policyOf(feature)],
    [`src/${folder}/${folder}.service.ts`, serviceOf(feature)],
    [`src/${folder}/${folder}.resolvers.ts`, resolversOf(feature)],
    [`src/${folder}/${folder}.feature.ts`, featureOf(feature)],
    [`src/${folder}/README.md`, readmeOf(feature)],
    [`migrations/${migration}.ts`, migrationOf(feature, migration)],
    [`test/${folder}.test.ts`, testOf(feature)],
  ];
  requireAbsent(root, [`src/${folder}`, ...created.map(([path]) => path)]);
  const edits = [edit(root, 'src/app/features.ts', withFeature), edit(root, 'src/access/roles.ts', withScopes)];
  const files = [...created.map(([path, after]) => ({ path, before: null, after })), ...edits.map((by) => by(feature))];
  return Promise.all(files.map(async (planned) => ({ ...planned, after: await formatted(root, planned) })));
}

export function writePlanned(root: string, files: readonly PlannedFile[]): void {
  for (const { path, after } of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), after);
  }
}

function requireAbsent(root: string, paths: readonly string[]): void {
  const found = paths.filter((path) => existsSync(join(root, path)));
  if (found.length > 0)
    throw new UsageError(`${found.join(', ')} exists already, and nothing is overwritten: choose another name.`);
}

const edit =
  (root: string, path: string, change: (source: string, feature: FeatureToWrite) => string) =>
  (feature: FeatureToWrite): PlannedFile => {
    const before = readFileSync(join(root, path), 'utf8');
    return { path, before, after: change(before, feature) };
  };

async function formatted(root: string, { path, after }: PlannedFile): Promise<string> {
  const { format, resolveConfig } = await import('prettier');
  const filepath = join(root, path);
  return format(`${after.trim()}\n`, { ...(await resolveConfig(filepath)), filepath });
}
