import { execute, parse } from 'graphql';
import type { DocumentNode, ExecutionArgs, ExecutionResult } from 'graphql';
import { setImmediate } from 'node:timers/promises';
import { createExecutor } from '../../../src/execution/index.ts';
import { documentOf, variablesOf } from './document.ts';
import type { Asking } from './document.ts';
import { seedBelow } from './random.ts';
import { moodOf, Thing } from './values.ts';
import { worldOf } from './world.ts';
import type { World } from './world.ts';

/** How many documents a schema is asked, and how often each, with other data and variables. */
const DOCUMENTS = 25;
const TURNS = 8;

/** What differs between graphql-js and the plan for one case. */
export interface Difference {
  readonly seed: number;
  readonly document: string;
  readonly expected: string;
  readonly found: string;
}

export interface Tally {
  cases: number;
  errors: number;
  promises: number;
  /** Answers whose data is null as a whole. */
  empty: number;
  calls: number;
}

export function noCases(): Tally {
  return { cases: 0, errors: 0, promises: 0, empty: 0, calls: 0 };
}

/**
 * Runs about so many cases, and answers the first that differs. A seed names a world with its documents. `isAlone`
 * leaves graphql-js out.
 */
export async function compareMany(
  cases: number,
  firstSeed: number,
  tally: Tally,
  isAlone = false,
): Promise<Difference | undefined> {
  // Nobody looks at the stacks of some hundred thousand errors, which cost more than all the rest.
  Error.stackTraceLimit = 0;
  for (let seed = firstSeed; tally.cases < cases; seed += 1) {
    const difference = await compareWorld(seed, tally, isAlone);
    // Rejections that nobody handles are told between turns of the event loop.
    await setImmediate();
    if (difference !== undefined) return difference;
  }
  return undefined;
}

async function compareWorld(seed: number, tally: Tally, isAlone: boolean): Promise<Difference | undefined> {
  const world = worldOf(seed);
  const planned = createExecutor(world.schema).execute;
  const executors = [isAlone ? planned : execute, planned] as const;
  for (let at = 0; at < DOCUMENTS; at += 1) {
    const asking = documentOf(world, seedBelow(seed, at));
    const document = parse(asking.text);
    for (let turn = 0; turn < TURNS; turn += 1) {
      const turnSeed = seedBelow(seed, `${at} ${turn}`);
      const difference = await compareOne(world, executors, document, asking, turnSeed, tally);
      if (difference !== undefined) return { ...difference, seed };
    }
  }
  return undefined;
}

type Execute = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

async function compareOne(
  { schema }: World,
  [expecting, finding]: readonly [Execute, Execute],
  document: DocumentNode,
  { text, operationName }: Asking,
  seed: number,
  tally: Tally,
): Promise<Omit<Difference, 'seed'> | undefined> {
  const variableValues = variablesOf(seed);
  const run = async (by: Execute): Promise<string> => {
    const mood = moodOf(schema, seed);
    const rootValue = new Thing(mood, seed, 'Query');
    const answer = by({
      schema,
      document,
      variableValues,
      rootValue,
      contextValue: mood,
      ...(operationName === undefined ? {} : { operationName }),
    });
    const isPromise = answer instanceof Promise;
    if (isPromise) tally.promises += 1;
    // A scalar that answers a function, under the key `then` at the root, makes a promise of the whole answer.
    const settled = (await answer) as ExecutionResult | null;
    return textOf(settled ?? {}, isPromise, mood.calls, tally);
  };
  const expected = await run(expecting);
  const found = await run(finding);
  tally.cases += 1;
  return expected === found ? undefined : { document: text, expected, found };
}

/** All that is observable of an answer: keys in their order, errors in theirs, and which resolvers ran. */
function textOf({ data, errors }: ExecutionResult, isPromise: boolean, calls: readonly string[], tally: Tally): string {
  if (errors !== undefined) tally.errors += 1;
  if (data == null) tally.empty += 1;
  tally.calls += calls.length;
  const told = errors?.map(({ message, path, locations, extensions, originalError, nodes }) => ({
    message,
    path,
    locations,
    extensions,
    original: originalError && `${originalError.name}: ${originalError.message}`,
    nodes: nodes?.length,
  }));
  return JSON.stringify({ isPromise, data, told, calls }, readable, 1);
}

function readable(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' || typeof value === 'function' ? String(value) : value;
}
