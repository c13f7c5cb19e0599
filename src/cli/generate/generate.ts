import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Arguments } from '../command.ts';
import { UsageError } from '../usage.ts';
import { diffText } from './diff.ts';
import { parseFields } from './fields.ts';
import { namesOf } from './names.ts';
import { planFeature, writePlanned, type PlannedFile } from './plan-feature.ts';
import { findTargets, requireFree } from './surroundings.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));
/** Types from the SDL, and the files that a reviewer reads. */
const scripts = ['codegen', 'print'];

/** `generate feature`: writes a type of one's own, from the SDL to its test, into this project. */
export async function generateFeature(
  { files: [name, ...texts], options, flags }: Arguments,
  root = project,
): Promise<string> {
  if (name === undefined) throw new UsageError('Name the feature, such as note.');
  const names = namesOf(name, options['plural']);
  const fields = parseFields(texts, names);
  requireFree(root, names, fields);
  const feature = { names, fields, isOwned: flags.has('owner'), targets: findTargets(root, names, fields) };
  const planned = await planFeature(root, feature, new Date());
  if (flags.has('dry-run')) return `${diffText(planned)}${dryRunText}`;
  writePlanned(root, planned);
  for (const script of scripts) await promisify(execFile)('npm', ['run', '-s', script], { cwd: root });
  return summary(planned);
}

const dryRunText = `This was a dry run: nothing was written. Without --dry-run, ${scripts.map((script) => `npm run ${script}`).join(' and ')} follow.\n`;

const summary = (planned: readonly PlannedFile[]): string => `${planned
  .map(({ path, before }) => `${before === null ? 'wrote  ' : 'changed'}  ${path}\n`)
  .join('')}ran      ${scripts.map((script) => `npm run ${script}`).join(', ')}
The start of the server brings the database up to date. Next: npm test
`;
