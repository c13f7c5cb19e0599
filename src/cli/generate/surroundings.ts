import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../usage.ts';
import type { Target } from './feature-to-write.ts';
import type { Field } from './fields.ts';
import type { Names } from './names.ts';

/** Finds the types to which fields refer. @throws UsageError for one that has no table, or that is the type itself. */
export function findTargets(root: string, names: Names, fields: readonly Field[]): Record<string, Target> {
  const known = entitiesOf(root);
  const wanted = fields.filter(({ kind }) => kind === 'reference').map(({ target }) => target);
  for (const target of wanted)
    if (!Object.hasOwn(known, target) || target === names.type)
      throw new UsageError(`reference(${target}): expected one of ${Object.keys(known).join(', ')}.`);
  return known;
}

/** The entities of the features, whose rows have an id alone for a key. */
function entitiesOf(root: string): Record<string, Target> {
  const files = globSync('*/*.entity.ts', { cwd: join(root, 'src') }).toSorted();
  return Object.fromEntries(
    files.flatMap((entityFile) => {
      const text = readFileSync(join(root, 'src', entityFile), 'utf8');
      const [, type] = /^export class (\w+)/m.exec(text) ?? [];
      const [, table] = /tableName: '(\w+)'/.exec(text) ?? [];
      if (type === undefined || table === undefined || !text.includes('...base,')) return [];
      return [
        [
          type,
          {
            entityFile,
            policyFile: entityFile.replace('.entity.ts', '.policy.ts'),
            table,
            isReadGuarded: isReadGuarded(root, type),
          },
        ],
      ];
    }),
  );
}

const isReadGuarded = (root: string, type: string): boolean =>
  sdlOf(root).some((text) => new RegExp(`^type ${type}\\b[^{]*@can\\(action: "read"\\)`, 'm').test(text));

const sdlOf = (root: string): string[] =>
  globSync('schema/**/*.graphql', { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8'));

/** @throws UsageError if the schema has a type or a field of a name that is to be written. */
export function requireFree(root: string, { type, one, many }: Names, fields: readonly Field[]): void {
  const sdl = sdlOf(root).join('\n');
  const types = [type, ...fields.filter(({ kind }) => kind === 'enum').map(({ enumType }) => enumType)];
  const found = [
    ...types.filter((name) => new RegExp(`^(type|interface|union|enum|input|scalar) ${name}\\b`, 'm').test(sdl)),
    ...[one, many].filter((name) => new RegExp(`^  ${name}[(:]`, 'm').test(rootFieldsOf(sdl))),
  ];
  if (found.length > 0) throw new UsageError(`The schema has ${found.join(' and ')} already: choose another name.`);
}

const rootFieldsOf = (sdl: string): string =>
  [...sdl.matchAll(/^(?:extend )?type (?:Query|Mutation) \{\n(.*?)^\}/gms)].map(([, fields]) => fields).join('\n');

/** A name later than those of all migrations, which run in the order of their names. */
export function nextMigration(root: string, table: string, now: Date): string {
  const stampOf = (date: Date): string => date.toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const last = globSync('migrations/Migration*.ts', { cwd: root })
    .map((file) => Number(/Migration(\d{14})/.exec(file)?.[1] ?? 0))
    .reduce((a, b) => Math.max(a, b), 0);
  return `Migration${Math.max(Number(stampOf(now)), last + 1)}_${table}`;
}
