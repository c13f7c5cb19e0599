import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, Source, type DocumentNode } from 'graphql';

/** Parses every `.graphql` file of a folder, in the order of their names; a syntax error names file and line. */
export function readSdl(folder: string): DocumentNode[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.graphql'))
    .toSorted()
    .map((name) => parse(new Source(readFileSync(join(folder, name), 'utf8'), name)));
}
