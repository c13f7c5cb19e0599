import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { explained } from './explained/explained.ts';
import { applySlip, findSlips, switchSlips, type Slip } from './slips.ts';

export const root = resolve(import.meta.dirname, '../..');

/** A slip with its number for the workers, and where it stands. */
export interface Mutant {
  readonly id: number;
  readonly file: string;
  readonly number: number;
  /** The line as it stands, and as the slip makes it. */
  readonly line: string;
  readonly becomes: string;
  /** What a later run knows it by. */
  readonly key: string;
}

/** Writes each source with its slips behind switches into a folder, and lists them. */
export function switchSources(files: readonly string[], folder: string): Mutant[] {
  const mutants: Mutant[] = [];
  for (const file of files) {
    const source = readFileSync(join(root, file), 'utf8');
    const slips = findSlips(source);
    const written = join(folder, file);
    mkdirSync(dirname(written), { recursive: true });
    writeFileSync(written, stripTypeScriptTypes(switchSlips(source, slips, mutants.length)));
    mutants.push(...slips.map((slip, index) => mutantOf(mutants.length + index, file, { source, slip })));
  }
  return mutants;
}

function mutantOf(id: number, file: string, { source, slip }: { source: string; slip: Slip }): Mutant {
  const { number, text } = lineOf(source, slip.start);
  const becomes = lineOf(applySlip(source, slip), slip.start).text;
  return { id, file, number, line: text, becomes, key: `${file} ${slip.start}-${slip.end} ${slip.text}` };
}

export const isExplained = (mutant: Mutant): boolean =>
  explained.some((one) => one.file === mutant.file && one.line === mutant.line && one.becomes === mutant.becomes);

/** The sources of a path: itself, or those of the folder that it is. */
export function filesIn(path: string): string[] {
  const from = relative(root, resolve(path));
  if (statSync(join(root, from)).isFile()) return [from];
  return globSync(`${from}/**/*.ts`, { cwd: root })
    .filter((file) => !file.includes('generated'))
    .toSorted();
}

/** All tests that can run in the process of a worker: not those of browsers, of documents and of several nodes. */
export const allTests = (): string[] =>
  globSync('test/**/*.test.ts', { cwd: root })
    .filter((test) => !/several-nodes|documents|mutants|cost|browser|package|fuzz/.test(test))
    .toSorted();

/** Says whether a test imports a source, or has its name as a word in its name or text. */
export function speaksOf(test: string, file: string): boolean {
  const key = `${test} ${file}`;
  const known = spoken.get(key) ?? findWords(test, file);
  spoken.set(key, known);
  return known;
}

const spoken = new Map<string, boolean>();

function findWords(test: string, file: string): boolean {
  const words = new RegExp(`\\b${basename(file, '.ts').replaceAll('-', '[ -]')}\\b`, 'i');
  const text = readFileSync(join(root, test), 'utf8');
  return text.includes(`${file}'`) || words.test(basename(test, '.test.ts')) || words.test(text);
}

function lineOf(text: string, at: number): { readonly number: number; readonly text: string } {
  const begin = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at);
  return { number: text.slice(0, at).split('\n').length, text: text.slice(begin, end < 0 ? undefined : end).trim() };
}
