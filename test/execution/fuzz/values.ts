import {
  getNamedType,
  getNullableType,
  GraphQLError,
  isAbstractType,
  isLeafType,
  isListType,
  isObjectType,
  responsePathAsArray,
} from 'graphql';
import type { GraphQLOutputType, GraphQLResolveInfo, GraphQLSchema } from 'graphql';
import { diceOf, seedBelow } from './random.ts';
import type { Dice } from './random.ts';

/** How one execution behaves: how often, once in so many times, something is awry. */
export interface Mood {
  readonly schema: GraphQLSchema;
  readonly asyncIn: number;
  readonly failIn: number;
  readonly oddIn: number;
  /** The calls of resolvers, in their order. */
  readonly calls: string[];
}

const NEVER = 1_000_000_000;

/** Calm and sync, calm and async, failing now and then, wild. */
export function moodOf(schema: GraphQLSchema, seed: number): Mood {
  const { pick } = diceOf(seed);
  return {
    schema,
    asyncIn: pick([NEVER, 8, 3]),
    failIn: pick([NEVER, 40, 12]),
    oddIn: pick([NEVER, 30, 6]),
    calls: [],
  };
}

/** An object of the world. All that it answers follows from its seed; `typename` is what it says that it is. */
export class Thing {
  readonly mood: Mood;
  readonly seed: number;
  readonly typename: string;
  [property: string]: unknown;

  constructor(mood: Mood, seed: number, typename: string) {
    this.mood = mood;
    this.seed = seed;
    this.typename = typename;
    this['__typename'] = seed % 7 === 0 ? undefined : typename;
    const type = mood.schema.getType(typename);
    if (!isObjectType(type)) return;
    for (const [name, field] of Object.entries(type.getFields())) {
      if (field.resolve === undefined && isLeafType(getNamedType(field.type))) {
        this[name] = propertyOf(mood, seedBelow(seed, name), field.type);
      }
    }
  }
}

for (const name of ['f0', 'f1', 'f2', 'f3', 'f4', 'g0', 'g1']) {
  // Assigned leaves hide the getter; what leads to objects is made when it is read, or there would be no end.
  Object.defineProperty(Thing.prototype, name, {
    get(this: Thing) {
      const type = this.mood.schema.getType(this.typename);
      const field = isObjectType(type) ? type.getFields()[name] : undefined;
      if (diceOf(seedBelow(this.seed, `get ${name}`)).oneIn(this.mood.failIn * 2)) throw new Error(`get ${name}`);
      return field === undefined ? undefined : propertyOf(this.mood, seedBelow(this.seed, name), field.type);
    },
    set(this: Thing, value: unknown) {
      Object.defineProperty(this, name, { value, enumerable: true });
    },
  });
}

function propertyOf(mood: Mood, seed: number, type: GraphQLOutputType): unknown {
  const dice = diceOf(seed);
  if (!dice.oneIn(mood.oddIn)) return resultOf(mood, dice, seed, type, false);
  return (args: unknown, _contextValue: unknown, info: GraphQLResolveInfo) => {
    record(mood, info, args);
    return resultOf(mood, dice, seed, type, true);
  };
}

/** The resolver of every field that has one. */
export function resolveBy(source: unknown, args: unknown, contextValue: unknown, info: GraphQLResolveInfo): unknown {
  const mood = contextValue as Mood;
  record(mood, info, args);
  change(args);
  const seed = source instanceof Thing ? seedBelow(source.seed, info.fieldName) : 17;
  const { key } = info.path;
  return resultOf(mood, diceOf(seedBelow(seed, key)), seed, info.returnType, true);
}

/** A resolver may do with its arguments what it wants; nobody else must see it. Defaults of the schema are shared. */
function change(args: unknown): void {
  const taken = args as { n?: unknown; filter?: { text?: unknown } | null };
  taken.n = 'changed';
  if (taken.filter != null && taken.filter.text !== 'default') taken.filter.text = 'changed';
}

function record({ calls }: Mood, info: GraphQLResolveInfo, args: unknown): void {
  const at = responsePathAsArray(info.path).join('.');
  calls.push(
    `${at} ${info.parentType.name}.${info.fieldName} ${String(info.returnType)} ${info.fieldNodes.length} ${JSON.stringify(args)} ${JSON.stringify(info.variableValues)}`,
  );
}

/** What a resolver or a property gives: a value, an error, or a promise of either. */
function resultOf(mood: Mood, dice: Dice, seed: number, type: GraphQLOutputType, mayThrow: boolean): unknown {
  const isAsync = dice.oneIn(mood.asyncIn);
  const settle = (): unknown => {
    if (dice.oneIn(mood.failIn)) return failure(dice, mayThrow || isAsync);
    return valueOf(mood, dice, seed, type);
  };
  return isAsync ? later(dice, settle) : settle();
}

function failure(dice: Dice, mayThrow: boolean): unknown {
  const error = dice.pick<unknown>([
    new Error('failed'),
    new TypeError('typed'),
    new GraphQLError('ours', { extensions: { code: 'OURS' } }),
    new GraphQLError('located', { path: ['elsewhere', 0] }),
    'a text',
    undefined,
    { code: 1 },
    null,
  ]);
  // eslint-disable-next-line typescript/only-throw-error
  if (mayThrow && !dice.oneIn(3)) throw error;
  return error instanceof Error ? error : new Error('answered');
}

/** A promise that takes some turns, or something that only looks like one. */
function later(dice: Dice, settle: () => unknown): unknown {
  const turns = dice.roll(4);
  let waiting = Promise.resolve();
  for (let turn = 0; turn < turns; turn += 1) waiting = waiting.then(() => undefined);
  const promise = waiting.then(settle);
  // Not every value is read; what an executor makes of those that are, it has to take care of itself.
  promise.catch(() => undefined);
  if (!dice.oneIn(6)) return promise;
  // oxlint-disable-next-line unicorn/no-thenable
  return { then: promise.then.bind(promise) };
}

function valueOf(mood: Mood, dice: Dice, seed: number, type: GraphQLOutputType): unknown {
  const bare = getNullableType(type);
  if (dice.oneIn(bare === type ? 8 : 40)) return dice.oneIn(2) ? null : undefined;
  if (isListType(bare)) return listOf(mood, dice, seed, bare.ofType);
  if (isLeafType(bare)) return leafOf(mood, dice, bare.name);
  if (dice.oneIn(mood.oddIn)) return dice.pick<unknown>([3, 'text', true, {}, [], () => null]);
  return new Thing(mood, seedBelow(seed, 'object'), typenameFor(mood, dice, bare));
}

function typenameFor({ schema, oddIn }: Mood, dice: Dice, type: GraphQLOutputType): string {
  if (dice.oneIn(oddIn)) return dice.pick(['A', 'B', 'C', 'Query', 'Named', 'Nothing', '']);
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
  return possible[dice.roll(possible.length || 1)]?.name ?? getNamedType(type).name;
}

function listOf(mood: Mood, dice: Dice, seed: number, type: GraphQLOutputType): unknown {
  const items = Array.from({ length: dice.roll(4) }, (_, index) => {
    const itemSeed = seedBelow(seed, index);
    return resultOf(mood, diceOf(itemSeed), itemSeed, type, false);
  });
  if (!dice.oneIn(mood.oddIn)) return items;
  const forms: ReadonlyArray<() => unknown> = [
    () => new Set(items),
    () => items.values(),
    () => brokenAfter(items),
    () => asyncList(items),
    () => 'text',
    () => 42,
    () => ({ length: 0 }),
    () => Object.assign(Array<unknown>(2), { 1: items[0] }),
  ];
  return forms[dice.roll(forms.length)]?.();
}

function* brokenAfter(items: readonly unknown[]): Generator {
  yield* items;
  throw new Error('no more items');
}

async function* asyncList(items: readonly unknown[]): AsyncGenerator {
  yield* items;
}

const LEAVES: Readonly<Record<string, readonly [unknown, ...unknown[]]>> = {
  Int: [0, 1, -5, 2_147_483_647],
  Float: [0, 1.5, -2, 1e30],
  String: ['', 'text', 'ü'],
  Boolean: [true, false],
  ID: ['id', '7', ''],
  Kind: [0, 'high'],
  Odd: ['fine', 5, { nested: [1, null] }, true],
};
const STRANGE: readonly [unknown, ...unknown[]] = [
  '12',
  '1.5',
  7,
  2_147_483_648,
  -0,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  true,
  {},
  [],
  { valueOf: () => 5 },
  { toJSON: () => 'json' },
  Symbol('odd'),
  10n,
  'throw',
  'nothing',
  'low',
  'late',
  'function',
];

function leafOf({ oddIn }: Mood, dice: Dice, name: string): unknown {
  return dice.pick(dice.oneIn(oddIn) ? STRANGE : (LEAVES[name] ?? STRANGE));
}

/** A scalar whose serialiser has moods of its own. */
export function serializeOdd(value: unknown): unknown {
  if (value === 'throw') throw new Error('cannot be serialised');
  if (value === 'nothing') return undefined;
  if (value === 'low') return null;
  if (value === 'late') return Promise.resolve('late');
  if (value === 'function') return answerAnything;
  // eslint-disable-next-line typescript/only-throw-error
  if (value === 7) throw 'a text';
  return typeof value === 'bigint' || typeof value === 'symbol' ? String(value) : value;
}

/** Under the key `then` it makes a promise of its object, and must not leave it waiting. */
function answerAnything(settle: unknown): unknown {
  return typeof settle === 'function' ? (settle as (value: string) => unknown)('settled') : null;
}

export const isTypeOfBy =
  (name: string) =>
  (value: unknown): boolean | Promise<boolean> => {
    if (!(value instanceof Thing)) return false;
    const dice = diceOf(seedBelow(value.seed, 'isTypeOf'));
    if (dice.oneIn(value.mood.failIn)) throw new Error('cannot tell');
    const isOfType = value.typename === name;
    return dice.oneIn(value.mood.asyncIn) ? Promise.resolve(isOfType) : isOfType;
  };

export function resolveTypeBy(value: unknown): string | Promise<string> {
  if (!(value instanceof Thing)) return value as string;
  const dice = diceOf(seedBelow(value.seed, 'resolveType'));
  if (dice.oneIn(value.mood.failIn)) throw new Error('cannot resolve');
  if (dice.oneIn(value.mood.oddIn)) return 3 as unknown as string;
  return dice.oneIn(value.mood.asyncIn) ? Promise.resolve(value.typename) : value.typename;
}
