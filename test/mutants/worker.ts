import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { Circus } from '@jest/types';
import type { Order, Outcome } from './messages.ts';

/*
 * Runs test files, one at a time, again and again in one process: `run.ts` starts it and says which. The sources are those of
 * the folder of `SALLYPORT_SWITCHED`, where each slip stands behind a switch.
 */

const root = resolve(import.meta.dirname, '../..');
const folder = process.env['SALLYPORT_SWITCHED'] ?? '';
const slips = Number(process.env['SALLYPORT_SLIPS']);
/** Longer than any run is let live. */
const neverMs = 3_600_000;
const maxTests = 72;
/** What a process may hold after a run. */
const maxBytes = 1.5e9;

let active = -1;
let isReached = false;
const touched = new Uint8Array(slips);
Object.assign(globalThis, {
  $slip: (id: number): boolean => {
    touched[id] = 1;
    if (id !== active) return false;
    isReached = true;
    return true;
  },
  [Symbol.for('TEST_TIMEOUT_SYMBOL')]: neverMs,
});

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@jest/globals'
      ? { url: pathToFileURL(join(import.meta.dirname, 'globals.ts')).href, shortCircuit: true }
      : next(specifier, context),
  load(url, context, next) {
    const switched = url.startsWith('file:') ? join(folder, relative(root, fileURLToPath(url))) : '';
    if (!switched.startsWith(join(folder, 'src')) || !existsSync(switched)) return next(url, context);
    return { format: 'module', source: readFileSync(switched, 'utf8'), shortCircuit: true };
  },
});
const circus = await import('jest-circus');

/** What went wrong outside of any test. */
const late = new Map<unknown, string>();
process.on('uncaughtException', (error) => void late.set(error, describeError(error)));
process.on('unhandledRejection', (error, promise) => void late.set(promise, describeError(error)));
process.on('rejectionHandled', (promise) => void late.delete(promise));

let red: Outcome['red'];
let began = 0;
let setupMs = 0;
let tests: [number, number][] = [];
const reached = new Map<number, number[]>();
let numbers = new Map<Circus.TestEntry, number>();
let startedAt = 0;

circus.addEventHandler((event) => {
  if (event.name === 'hook_failure')
    becomeRed(`a hook of ${event.describeBlock?.name ?? event.test?.name}`, event.error);
  if (event.name === 'run_describe_start' && red !== undefined) event.describeBlock.mode = 'skip';
  if (event.name === 'test_start') begin(event.test);
  if (event.name === 'test_done') finish(event.test);
});

function begin(test: Circus.TestEntry): void {
  if (red !== undefined) test.mode = 'skip';
  if (test.mode === 'skip') return;
  if (tests.length === 0) {
    setupMs = Date.now() - began;
    for (const id of take()) reached.set(id, []);
  }
  startedAt = Date.now();
}

function finish(test: Circus.TestEntry): void {
  const number = numbers.get(test) ?? 0;
  if (test.errors.length > 0) becomeRed(test.name, test.errors[0], number);
  for (const id of take()) reached.set(id, [...(reached.get(id) ?? []), number]);
  tests.push([number, Date.now() - startedAt]);
}

function becomeRed(test: string, error: unknown, number?: number): void {
  red ??= { test, why: describeError(error), ...(number === undefined ? {} : { number }) };
}

/** Numbers all tests of a file, and leaves out those that are not wanted. */
function choose({ only, without }: Order): void {
  numbers = new Map(testsIn(circus.getState().rootDescribeBlock).map((test, number) => [test, number]));
  for (const [test, number] of numbers) {
    if (only?.includes(number) === false || without?.includes(number) === true) test.mode = 'skip';
  }
}

const testsIn = (block: Circus.DescribeBlock): Circus.TestEntry[] =>
  block.children.flatMap((child) => (child.type === 'test' ? [child] : testsIn(child)));

/** Keeps the quickest: nobody tries a slip with more tests of one file. */
function quickest(among: readonly number[]): number[] {
  const ms = new Map(tests);
  return among.toSorted((one, other) => (ms.get(one) ?? 0) - (ms.get(other) ?? 0)).slice(0, maxTests);
}

function describeError(error: unknown): string {
  const [first] = Array.isArray(error) ? error : [error];
  const text = first instanceof Error ? first.message : String(first);
  return stripVTControlCharacters(text).slice(0, 200);
}

/** The slips that were reached since this was asked last. */
function take(): number[] {
  const ids: number[] = [];
  for (let id = touched.indexOf(1); id >= 0; id = touched.indexOf(1, id + 1)) ids.push(id);
  touched.fill(0);
  return ids;
}

let runs = 0;

async function run(order: Order): Promise<Outcome> {
  const slip = order.slip ?? -1;
  [red, setupMs, tests, active, isReached] = [undefined, 0, [], order.isEarly === true ? slip : -1, false];
  reached.clear();
  late.clear();
  take();
  circus.resetState();
  runs += 1;
  let imported: readonly number[] = [];
  began = Date.now();
  try {
    await import(`${pathToFileURL(join(root, order.test)).href}?run=${runs}`);
    imported = take();
    active = slip;
    choose(order);
    began = Date.now();
    await circus.run();
  } catch (error) {
    becomeRed('import', error);
  }
  // What was left unhandled comes to light in the next turns.
  for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
  for (const id of take()) if (!reached.has(id)) reached.set(id, []);
  const left = [...circus.getState().unhandledErrors.map(describeError), ...late.values()];
  active = -1;
  for (const why of left) red ??= { test: 'none of them', why };
  return {
    ...(red === undefined ? {} : { red }),
    ms: Date.now() - began,
    tests,
    setupMs,
    reached: order.slip === undefined ? [...reached].map(([id, by]) => [id, quickest(by)] as const) : [],
    imported,
    isReached,
    isSpoiled: left.length > 0,
  };
}

async function answer(order: Order): Promise<void> {
  const outcome = await run(order);
  process.send?.({ ...outcome, isSpoiled: outcome.isSpoiled || process.memoryUsage().rss > maxBytes });
}

process.on('message', (order: Order) => void answer(order));
