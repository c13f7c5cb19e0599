/**
 * How long the access matrix of the console takes with 1,000 types and 8 roles: until it is there, for each frame while
 * it scrolls, and for a word typed into its filter. `node bench/console/matrix.ts`, in Chromium.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { demoPassword } from '../../src/app/demo.ts';
import { print, printTable } from '../support/print.ts';
import { freePort } from '../support/port.ts';
import { rounds } from '../support/rounds.ts';
import { quantile, spreadOf } from '../support/statistics.ts';
import { answersFor } from './schema.ts';

const types = Number(process.argv.find((text) => text.startsWith('--types='))?.slice('--types='.length) ?? 1000);
const fieldsOfType = 5;
const wheels = 120;

interface Scrolled {
  readonly frames: readonly number[];
  /** Frames in which a part of the frame of the grid had no row, or in which a row was left out. */
  readonly dropped: number;
  readonly lastRow: number;
}

const answers = await answersFor(types, fieldsOfType);
const [matrix, shape] = [JSON.stringify(answers.matrix), JSON.stringify(answers.shape)];
const port = await freePort();
const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
const server = await startConsole();
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
});
try {
  await measure(browser);
} finally {
  await browser.close();
  server.kill();
  await once(server, 'exit');
  rmSync(folder, { recursive: true });
}

async function startConsole(): Promise<ChildProcess> {
  const url = `http://localhost:${port}`;
  const env = { ...process.env, PORT: String(port), PUBLIC_URL: url, DATA_DIR: folder, NODE_ENV: 'development' };
  const child = spawn(process.execPath, ['src/main.ts'], { env, stdio: 'ignore' });
  for (let tries = 0; tries < 240; tries += 1) {
    if (
      await fetch(`${url}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return child;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  child.kill();
  throw new Error('The server did not start.');
}

async function measure(within: Browser): Promise<void> {
  const page = await within.newPage({ baseURL: `http://localhost:${port}`, viewport: { width: 1280, height: 900 } });
  await page.goto('/console');
  await page.getByLabel('E-mail address').fill('admin@demo.sallyport.test');
  await page.getByLabel('Password').fill(demoPassword);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.locator('#main').waitFor();
  await page.route('**/graphql', (route) => {
    const query = route.request().postData() ?? '';
    const body = query.includes('query AccessMatrix')
      ? matrix
      : query.includes('query SchemaShape')
        ? shape
        : undefined;
    return body === undefined ? route.continue() : route.fulfill({ contentType: 'application/json', body });
  });

  const [whole, own, filter]: [number[], number[], number[]] = [[], [], []];
  const scrolled: Scrolled[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { opened, answered } = await open(page);
    whole.push(opened);
    own.push(opened - answered);
    scrolled.push(await scroll(page));
    filter.push(await typeFilter(page));
  }
  const frames = scrolled.flatMap((one) => one.frames);
  const rows = await page.getByRole('treegrid').getAttribute('aria-rowcount');
  print(`${types} types, ${fieldsOfType + 2} fields each, 8 roles: ${(matrix.length / 1e6).toFixed(1)} MB of answer`);
  print(`${rounds} rounds; ${wheels} turns of the wheel by 400 pixels each; rows left by the filter: ${rows}`);
  print();
  printTable(
    ['what', 'median', 'low', 'high'],
    [
      ['from the navigation to the first rows, ms', ...textOf(whole)],
      ['of it after the answer of the server, ms', ...textOf(own)],
      ['a word in the filter until its rows are there, ms', ...textOf(filter)],
      ['a frame while scrolling, ms', ...textOf(frames)],
    ],
  );
  print();
  print(
    `99 of 100 frames within ${quantile(frames, 0.99).toFixed(0)} ms; frames with a dropped row: ${scrolled.reduce((sum, { dropped }) => sum + dropped, 0)} of ${frames.length}`,
  );
  print(`Last row reached: ${Math.min(...scrolled.map(({ lastRow }) => lastRow))}`);
}

function textOf(values: readonly number[]): string[] {
  const { median, low, high } = spreadOf(values);
  return [median, low, high].map((value) => value.toFixed(0));
}

/** Opens the matrix anew; answers when its rows were painted, and when its data had come, since the navigation. */
async function open(page: Page): Promise<{ opened: number; answered: number }> {
  await page.goto('/console/matrix', { waitUntil: 'commit' });
  const opened = await page.evaluate<number>(`new Promise((resolve) => {
    const look = () => document.querySelector('[role=treegrid] [role=rowheader]') === null
      ? requestAnimationFrame(look)
      : requestAnimationFrame(() => resolve(performance.now()));
    look();
  })`);
  const answered = await page.evaluate<number>(
    "Math.max(...performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/graphql')).map(({ responseEnd }) => responseEnd))",
  );
  return { opened, answered };
}

/** Turns the wheel over the grid, looks at each frame before it is painted, and goes to the end by the keyboard. */
async function scroll(page: Page): Promise<Scrolled> {
  await page.evaluate(`(() => {
    const frame = document.querySelector('[role=treegrid]');
    const seen = (globalThis.seen = { frames: [], dropped: 0, isOver: false });
    let before = performance.now();
    const look = (now) => {
      seen.frames.push(now - before);
      before = now;
      const { top, bottom } = frame.getBoundingClientRect();
      const rows = [...frame.querySelectorAll('[role=row][aria-rowindex]')]
        .map((row) => [Number(row.getAttribute('aria-rowindex')), row.getBoundingClientRect()])
        .filter(([index, box]) => index > 1 && box.bottom > top && box.top < bottom)
        .sort(([one], [other]) => one - other);
      const isWhole = rows.length > 0
        && rows.every(([index], at) => at === 0 || index === rows[at - 1][0] + 1)
        && rows[0][1].top <= top + 60 && rows.at(-1)[1].bottom >= bottom - 20;
      if (!isWhole) seen.dropped += 1;
      if (!seen.isOver) requestAnimationFrame(look);
    };
    requestAnimationFrame((now) => { before = now; requestAnimationFrame(look); });
  })()`);
  await page.mouse.move(700, 600);
  for (let turn = 0; turn < wheels; turn += 1) await page.mouse.wheel(0, 400);
  const seen = await page.evaluate<{ frames: number[]; dropped: number }>('(seen.isOver = true, seen)');
  await page.getByRole('rowheader').first().focus();
  await page.keyboard.press('Control+End');
  const lastRow =
    await page.evaluate<number>(`new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() =>
    resolve(Math.max(...[...document.querySelectorAll('[role=row]')].map((row) => Number(row.getAttribute('aria-rowindex'))))))))`);
  return { ...seen, lastRow };
}

/** Pastes a word into the filter; answers how long it took until the grid had its rows alone. */
async function typeFilter(page: Page): Promise<number> {
  return page.evaluate<number>(`new Promise((resolve) => {
    const field = document.querySelector('input[type=search]');
    const grid = document.querySelector('[role=treegrid]');
    const [before, began] = [grid.getAttribute('aria-rowcount'), performance.now()];
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, 'field3');
    field.dispatchEvent(new Event('input', { bubbles: true }));
    const look = () => grid.getAttribute('aria-rowcount') === before
      ? requestAnimationFrame(look)
      : requestAnimationFrame(() => resolve(performance.now() - began));
    look();
  })`);
}
