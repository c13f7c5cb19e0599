import { getNamedType, isAbstractType, isCompositeType, isInterfaceType, isObjectType, isUnionType } from 'graphql';
import type { GraphQLArgument, GraphQLNamedType } from 'graphql';
import { diceOf } from './random.ts';
import type { Dice } from './random.ts';
import type { World } from './world.ts';

export interface Asking {
  readonly text: string;
  readonly operationName: string | undefined;
}

const FRAGMENTS = ['F0', 'F1', 'F2'] as const;

/** A random document. Most are valid; graphql-js executes the others too, and so is compared on them. */
export function documentOf(world: World, seed: number): Asking {
  const dice = diceOf(seed);
  const conditions = FRAGMENTS.map(() => world.composites[dice.roll(world.composites.length)]?.name ?? 'A');
  const write = createWriter(world, dice);
  const operations = Array.from({ length: dice.oneIn(10) ? 2 : 1 }, (_, at) => {
    const kind = dice.oneIn(4) ? 'mutation' : 'query';
    const root = kind === 'query' ? world.schema.getQueryType() : world.schema.getMutationType();
    return `${kind} O${at}${VARIABLES} ${root ? write(root, 3, 0, 20) : ''}`;
  });
  const fragments = FRAGMENTS.map((name, at) => {
    const type = world.schema.getType(conditions[at] ?? '');
    return `fragment ${name} on ${conditions[at]} ${type === undefined ? '{ __typename }' : write(type, 2, at + 1, 6)}`;
  });
  const isNamed = operations.length > 1 ? !dice.oneIn(10) : dice.oneIn(3);
  return {
    text: [...operations, ...fragments].join('\n'),
    operationName: isNamed ? dice.pick(['O0', 'O0', 'O0', 'O0', 'O1']) : undefined,
  };
}

const VARIABLES =
  '($yes: Boolean = true, $no: Boolean! = false, $may: Boolean, $n: Int, $m: Int! = 3, $texts: [String] = ["v"], $kind: Kind, $filter: Filter)';

/** Values for the variables, wrong ones among them. */
export function variablesOf(seed: number): Record<string, unknown> {
  const dice = diceOf(seed);
  const values: ReadonlyArray<readonly [string, readonly [unknown, ...unknown[]]]> = [
    ['yes', [true, false, null]],
    ['no', [true, false]],
    ['may', [true, false, true, false, null]],
    ['n', [0, 5, null]],
    ['m', [4]],
    ['texts', [['x', null], 'one', null, []]],
    ['kind', ['LOW', 'ODD', null]],
    ['filter', [{}, { text: 'v' }, { many: 3, within: { needed: false } }, null]],
  ];
  if (dice.oneIn(60)) return { n: 'wrong', kind: 'NONE' };
  return Object.fromEntries(values.filter(() => !dice.oneIn(3)).map(([name, choices]) => [name, dice.pick(choices)]));
}

/** Writes a selection on a type. Only fragments from a number on are spread, so that none ends up in itself. */
type Write = (type: GraphQLNamedType, depth: number, fragmentsFrom: number, budget: number) => string;

function createWriter(world: World, dice: Dice): Write {
  return (outermost, outermostDepth, from, budget) => {
    let left = budget;
    const write = (type: GraphQLNamedType, depth: number): string => {
      const selections = Array.from({ length: left > 0 ? 1 + dice.roll(4) : 1 }, () => one(type, depth));
      return `{ ${selections.join(' ')} }`;
    };
    const one = (type: GraphQLNamedType, depth: number): string => {
      left -= 1;
      if (left < 0) return '__typename';
      if (dice.oneIn(8)) return `...${FRAGMENTS[from + dice.roll(3 - from || 1)] ?? 'Missing'} ${directives(dice)}`;
      if (!isUnionType(type) && !dice.oneIn(isAbstractType(type) ? 2 : 10)) return field(type, depth);
      const on = dice.oneIn(5) ? type : (world.composites[dice.roll(world.composites.length)] ?? type);
      const isBare = dice.oneIn(6) && !isUnionType(type);
      return `... ${isBare ? '' : `on ${on.name}`} ${directives(dice)} ${write(isBare ? type : on, depth)}`;
    };
    const field = (type: GraphQLNamedType, depth: number): string => {
      const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
      const chosen = fields[dice.roll(fields.length || 1)];
      if (chosen === undefined || dice.oneIn(10)) return '__typename';
      if (dice.oneIn(100)) return 'unknown';
      const below = getNamedType(chosen.type);
      if (isCompositeType(below) && depth === 0) return 'again: __typename';
      const aliases = [`x${chosen.name}`, `y${chosen.name}`, '__proto__', 'then'] as const;
      const alias = dice.oneIn(3) ? `${dice.pick(aliases)}: ` : '';
      const nested = isCompositeType(below) ? write(below, depth - 1) : '';
      return `${alias}${chosen.name}${argumentsFor(chosen.args, dice)} ${directives(dice)} ${nested}`;
    };
    return write(outermost, outermostDepth);
  };
}

function directives(dice: Dice): string {
  if (!dice.oneIn(6)) return '';
  const condition = () => dice.pick(['$yes', '$no', '$may', 'true', 'false']);
  return dice.pick([
    `@skip(if: ${condition()})`,
    `@include(if: ${condition()})`,
    `@include(if: ${condition()}) @skip(if: ${condition()})`,
  ]);
}

type Literals = Readonly<Record<string, readonly [string, ...string[]]>>;

const LITERALS: Literals = {
  n: ['1', '$n', '$m', '-7'],
  list: ['["a", "b"]', '"one"', '$texts', 'null', '[]'],
  kind: ['LOW', 'ODD', '$kind', 'null'],
  filter: ['{}', '{ text: "t" }', '$filter', '{ many: [1, $m], within: { kind: LOW } }', 'null'],
};
const WRONG: Literals = {
  n: ['"wrong"', '$unknown', 'null'],
  list: ['[$unknown]', '[1]', '{}'],
  kind: ['NONE', '"LOW"'],
  filter: ['{ needed: null }', '{ other: 1 }', '7'],
};

function argumentsFor(args: readonly GraphQLArgument[], dice: Dice): string {
  const written = args
    .filter(() => dice.oneIn(2))
    .map(({ name }) => `${name}: ${dice.pick((dice.oneIn(20) ? WRONG : LITERALS)[name] ?? ['null'])}`);
  return written.length === 0 ? '' : `(${written.join(', ')})`;
}
