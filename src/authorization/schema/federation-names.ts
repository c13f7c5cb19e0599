import type { GraphQLSchema } from 'graphql';
import type { SchemaProblem } from '../model/access-errors.ts';
import { directivesOn } from './applied-directives.ts';
import { ownDirectiveNames } from './directive-definitions.ts';

export const federationDirectives = ['authenticated', 'requiresScopes', 'policy'] as const;
export type FederationDirective = (typeof federationDirectives)[number];

/** The names under which a schema knows Federation's access directives. */
export type FederationNames = ReadonlyMap<string, FederationDirective>;

/** A link that was read, or what is wrong with it. */
type Link = { readonly names: ReadonlyArray<readonly [string, FederationDirective]> } | { readonly problem: string };

/**
 * The specifications whose directives the engine reads, and that a `@link` may name (Apollo's link specification v1).
 */
const specification =
  /^https?:\/\/specs\.apollo\.dev\/(?<spec>federation|authenticated|requiresScopes|policy)(?:\/(?<version>[^/]*))?\/?$/;

/** Before 2.5 Federation has none of these directives. */
const firstMinor = 5;

const defaults: ReadonlyArray<readonly [string, FederationDirective]> = federationDirectives.flatMap((name) => [
  [name, name],
  [`federation__${name}`, name],
]);

/**
 * Reads the `@link`s of a schema: what it calls Federation's access directives, by import, alias or prefix. A link of
 * the same specification that cannot be read is a problem, because what it names would guard nothing.
 */
export function readFederationNames(schema: GraphQLSchema): { names: FederationNames; problems: SchemaProblem[] } {
  // A link is known by its URL: `@link` itself may be renamed, and older schemas call it `@core`.
  const links = directivesOn(schema).flatMap(({ args }) => readLink(args) ?? []);
  const names = new Map([...defaults, ...links.flatMap((link) => ('names' in link ? link.names : []))]);
  const unreadable = links.flatMap((link) => ('problem' in link ? [link.problem] : []));
  const taken = [...names.keys()].filter((name) => ownDirectiveNames.has(name));
  return {
    names,
    problems: [
      ...unreadable.map((problem) => ({
        coordinate: 'schema @link',
        problem,
        remedy: 'Link Federation 2.5 or later, and import its directives by name, or as { name, as }.',
      })),
      ...taken.map((name) => ({
        coordinate: 'schema @link',
        problem: `it gives the name @${name}, which is the engine's own, to Federation's @${names.get(name)}.`,
        remedy: 'Import it under another name.',
      })),
    ],
  };
}

function readLink(args: Readonly<Record<string, unknown>>): Link | undefined {
  const url = args['url'] ?? args['feature'];
  const { spec, version = '' } = (typeof url === 'string' && specification.exec(url)?.groups) || {};
  if (spec === undefined) return undefined;
  const [, major, minor] = /^v(\d+)\.(\d+)$/.exec(version) ?? [];
  const alias = args['as'];
  if (major === undefined || minor === undefined) return { problem: `the version of ${String(url)} cannot be read.` };
  if (alias !== undefined && alias !== null && !isName(alias)) return { problem: `its alias of ${spec} is no name.` };
  if (isFederationDirective(spec)) {
    return major === '0' ? { names: [[alias ?? spec, spec]] } : { problem: `${String(url)} is not known yet.` };
  }
  if (major !== '2') return { problem: `${String(url)} is not known: the engine reads Federation 2.` };
  const { import: imported } = args;
  const imports = readImports(imported);
  if (typeof imports === 'string') return { problem: imports };
  if (Number(minor) < firstMinor) {
    const [early] = imports;
    return early ? { problem: `${String(url)} has no @${early[1]}.` } : { names: [] };
  }
  const prefix = alias ?? 'federation';
  return { names: [...imports, ...federationDirectives.map((name) => [`${prefix}__${name}`, name] as const)] };
}

function readImports(imports: unknown): ReadonlyArray<readonly [string, FederationDirective]> | string {
  if (imports === undefined || imports === null) return [];
  const read: Array<readonly [string, FederationDirective]> = [];
  for (const item of Array.isArray(imports) ? imports : [imports]) {
    const { name, as = name } = importOf(item);
    if (typeof name !== 'string' || typeof as !== 'string') return 'one of its imports cannot be read.';
    const directive = name.slice(1);
    if (!name.startsWith('@') || !isFederationDirective(directive)) continue;
    if (!as.startsWith('@') || !isName(as.slice(1))) return `its import of ${name} has an alias that is no directive.`;
    read.push([as.slice(1), directive]);
  }
  return read;
}

function importOf(item: unknown): { name?: unknown; as?: unknown } {
  if (typeof item === 'string') return { name: item };
  return typeof item === 'object' && item !== null ? item : {};
}

function isFederationDirective(name: string): name is FederationDirective {
  return (federationDirectives as readonly string[]).includes(name);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[_A-Za-z]\w*$/.test(value);
}
