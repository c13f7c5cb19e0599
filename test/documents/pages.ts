import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/process.ts';

/** A fenced block of a page. */
export interface Fence {
  readonly language: string;
  readonly content: string;
  /** The file that the text before the block names in backticks, or that of the block before. */
  readonly file: string | undefined;
}

export interface Page {
  /** From the project's root. */
  readonly path: string;
  readonly text: string;
  readonly fences: readonly Fence[];
}

const lastFileIn = (prose: string): string | undefined =>
  [...prose.matchAll(/`([\w./-]+\.(?:ts|graphql|json|svg|md|yml|sql))`/g)].at(-1)?.[1];

/** Every document that a reader is sent to. */
export const pages: readonly Page[] = globSync(
  ['*.md', '.github/**/*.md', 'docs/**/*.md', 'bench/**/*.md', 'src/**/*.md'],
  { cwd: root },
)
  .filter((path) => !path.includes('node_modules'))
  .toSorted()
  .map(readPage);

export function page(path: string): Page {
  const found = pages.find((candidate) => candidate.path === path);
  if (found === undefined) throw new Error(`There is no page ${path}.`);
  return found;
}

function readPage(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8');
  return { path, text, fences: fencesOf(text) };
}

function fencesOf(text: string): Fence[] {
  let file: string | undefined;
  let end = 0;
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(({ 0: all, 1: language = '', 2: content = '', index }) => {
    file = lastFileIn(text.slice(end, index)) ?? file;
    end = index + all.length;
    return { language, content, file };
  });
}

/** The text between a heading and the next of its level or above. */
export function section({ path, text }: Page, heading: string): string {
  const [, level = ''] = new RegExp(`^(#+) ${heading}$`, 'm').exec(text) ?? [];
  const [, below] = text.split(`\n${level} ${heading}\n`);
  if (level === '' || below === undefined) throw new Error(`${path} has no section “${heading}”.`);
  return below.split(new RegExp(`^#{1,${level.length}} `, 'm'), 1)[0] ?? '';
}

/** The cells of each row of the tables in a text, without the heads. */
export const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| -'))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    );
