import { type FeatureToWrite, readScope, writeScope } from './feature-to-write.ts';

/** `src/app/features.ts` with the line of the feature, and its import where the order of imports puts it. */
export function withFeature(source: string, { names: { many, folder } }: FeatureToWrite): string {
  const line = `import { ${many}Feature } from '../${folder}/${folder}.feature.ts';`;
  const lines = source.split('\n');
  const isAfter = (text: string): boolean => /^import .* from '(\.[^']+)';$/.test(text) && pathOf(text) > pathOf(line);
  const place = lines.findIndex(isAfter);
  const lastImport = lines.findLastIndex((text) => text.startsWith('import '));
  lines.splice(place === -1 ? lastImport + 1 : place, 0, line);
  return replaceOnce(lines.join('\n'), /\n\] as const;\n/, `\n  ${many}Feature,\n] as const;\n`);
}

/** Returns the path by which imports of the same distance are ordered; those of the own folder come last. */
const pathOf = (line: string): string => {
  const [, from = ''] = /from '([^']+)'/.exec(line) ?? [];
  return `${from.startsWith('../') ? '0' : '1'} ${from.replace(/^(\.\.?\/)+/, '').toLowerCase()}`;
};

/** `src/access/roles.ts` with the scopes: readers are VIEWERs, writers EDITORs, and of one's own rows everybody. */
export function withScopes(source: string, feature: FeatureToWrite): string {
  const read = withScope(source, 'VIEWER', readScope(feature));
  return withScope(read, feature.isOwned ? 'VIEWER' : 'EDITOR', writeScope(feature));
}

const withScope = (source: string, role: string, scope: string): string =>
  replaceOnce(
    source,
    new RegExp(`(\\n  ${role}: \\{[^}]*scopes: \\[[^\\]]*?),?\\s*\\]`),
    (_, before: string) => `${before}, '${scope}']`,
  );

function replaceOnce(
  source: string,
  pattern: RegExp,
  replacement: string | ((match: string, before: string) => string),
): string {
  if (!pattern.test(source)) throw new Error(`Nothing in the file matches ${String(pattern)}: was it rewritten?`);
  return typeof replacement === 'string' ? source.replace(pattern, replacement) : source.replace(pattern, replacement);
}
