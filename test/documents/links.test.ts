import { expect, test } from '@jest/globals';
import { existsSync, globSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { commands } from '../../src/cli/command-table.ts';
import { root } from '../support/process.ts';
import { page, pages } from './pages.ts';
import manifest from '../../package.json' with { type: 'json' };

/** As GitHub makes them of headings. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

test('Every link of a document leads to a file, and to a heading if it names one', () => {
  const dead = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:|mailto:)([^)#]*)(?:#([^)]*))?\)/g)]
      .filter(([, target = '', anchor]) => {
        const file = target === '' ? path : join(dirname(path), target);
        if (!existsSync(join(root, file))) return true;
        return anchor !== undefined && !anchorsOf(page(file).text).includes(anchor);
      })
      .map(([link]) => `${path}: ${link}`),
  );
  expect(dead).toEqual([]);
});

test('Every source file that the README of a folder names is there', () => {
  const isThere = (folder: string, name: string): boolean =>
    [folder, join(folder, '**'), dirname(folder), '.', 'src', 'test'].some(
      (start) => globSync(join(start, name), { cwd: root }).length > 0,
    );
  const missing = pages
    .filter(({ path }) => path.startsWith('src/'))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/`([\w./*-]+\.(?:ts|graphql|sql))`/g)]
        .filter(([, name = '']) => !isThere(dirname(path), name))
        .map(([, name]) => `${path}: ${name}`),
    );
  expect(missing).toEqual([]);
});

test('Every page of docs is reached from the table of contents, directly or over one of its pages', () => {
  const linksOf = (path: string): string[] =>
    [...page(path).text.matchAll(/\]\(([^)#:]+\.md)(?:#[^)]*)?\)/g)].map(([, target = '']) =>
      join(dirname(path), target),
    );
  const direct = linksOf('docs/README.md');
  const indexes = direct.filter((path) => path.startsWith('docs/') && path.endsWith('README.md'));
  const reached = new Set(['docs/README.md', ...direct, ...indexes.flatMap(linksOf)]);
  expect(pages.map(({ path }) => path).filter((path) => path.startsWith('docs/') && !reached.has(path))).toEqual([]);
});

test('Every script that a document names is one of package.json', () => {
  const named = pages.flatMap(({ text }) =>
    [...text.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name = '']) => name),
  );
  expect(named.filter((name) => !Object.hasOwn(manifest.scripts, name))).toEqual([]);
});

test('Every command of the command line that a document shows exists, with the options that it is given', () => {
  const shown = pages
    .filter(({ path }) => path !== 'docs/reference/command-line.md')
    .flatMap(({ text }) => [...text.matchAll(/sallyport -- ([a-z-]+ [a-z-]+)([^\n`]*)/g)]);
  const wrong = shown.filter(([, name = '', rest = '']) => {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    const options = [...rest.matchAll(/--([a-z-]+)/g)].map(([, option = '']) => option);
    return command === undefined || options.some((option) => !Object.hasOwn(command.options ?? {}, option));
  });
  expect(shown.length).toBeGreaterThan(5);
  expect(wrong.map(([line]) => line)).toEqual([]);
});

test('The README has at most 200 lines', () => {
  expect(page('README.md').text.trimEnd().split('\n').length).toBeLessThanOrEqual(200);
});

test('The page of the architecture names every folder of src, features of one’s own aside', () => {
  const named = [...page('docs/architecture.md').text.matchAll(/`src\/([a-z-]+)\/`/g)].map(([, name]) => name);
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const isFeature = (name: string): boolean => existsSync(join(root, 'src', name, `${name}.feature.ts`));
  expect(folders.filter((name) => !named.includes(name) && !isFeature(name))).toEqual([]);
  expect(named.filter((name) => name === undefined || !folders.includes(name))).toEqual([]);
});

test('Every folder of src has a README, generated code and files for browsers aside', () => {
  const folders = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !['generated', 'assets'].includes(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name));
  expect(folders.length).toBeGreaterThan(40);
  expect(folders.filter((folder) => !existsSync(join(folder, 'README.md')))).toEqual([]);
});

test('Every file of this project that a document names in backticks exists', () => {
  const files = /`((?:src|test|schema|docs|bench|examples|migrations|\.ci|\.github)\/[\w./-]+\.\w+)`/g;
  const missing = pages
    .filter(({ path }) => !path.startsWith('docs/guides/add-'))
    .flatMap(({ path, text }) =>
      [...text.matchAll(files)]
        .map(([, file = '']) => file)
        .filter((file) => !existsSync(join(root, file)) && !existsSync(join(root, dirname(path), file)))
        .map((file) => `${relative('.', path)}: ${file}`),
    );
  expect(missing).toEqual([]);
});
