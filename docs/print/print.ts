// Writes the pages and pictures that are made from code and from committed output: `npm run print` runs it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLinePage } from './command-line.ts';
import { configurationPage } from './configuration.ts';
import { directivesPage } from './directives.ts';
import { denialPicture, matrixPicture } from './pictures.ts';

const root = join(import.meta.dirname, '../..');

/** Each made document by its path from the project's root. */
export const printedDocuments = (): Readonly<Record<string, string>> => ({
  'docs/reference/command-line.md': commandLinePage(),
  'docs/reference/configuration.md': configurationPage(),
  'docs/reference/directives.md': directivesPage(root),
  'docs/pictures/access-matrix.svg': matrixPicture(root),
  'docs/pictures/denial.svg': denialPicture(root),
});

if (import.meta.main) {
  for (const [path, text] of Object.entries(printedDocuments())) writeFileSync(join(root, path), text);
}
