import { parseSync } from 'rolldown/utils';

/** One small mistake in a source text: the text from `start` to `end` replaced. */
export interface Slip {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** What is replaced: an expression if nothing else is said. */
  readonly place?: 'key' | 'method' | 'statement';
}

/** A change of a text: at one place what is longer comes first, so that what is nested stays nested. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A node of the syntax tree (ESTree), which has its children as properties. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

type Make = (node: Node, text: (node: Node) => string) => readonly Slip[];

const comparisons: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '==': '!=',
  '!=': '==',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
};

const methods: ReadonlyMap<unknown, string> = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['max', 'min'],
  ['min', 'max'],
  ['floor', 'ceil'],
  ['ceil', 'floor'],
]);

/** The slips of each kind of node. */
const slipsOf: Readonly<Record<string, Make>> = {
  BinaryExpression(node, text) {
    const [left, right] = [child(node, 'left'), child(node, 'right')];
    const operator = comparisons[String(node['operator'])];
    return operator === undefined ? [] : [replaced(node, `${text(left)} ${operator} ${text(right)}`)];
  },
  LogicalExpression(node, text) {
    const [left, right] = [child(node, 'left'), child(node, 'right')];
    const sides = node['operator'] === '??' ? [left] : [left, right];
    return sides.map((side) => replaced(node, text(side)));
  },
  UnaryExpression: (node, text) =>
    node['operator'] === '!' ? [replaced(node, `!!(${text(child(node, 'argument'))})`)] : [],
  ConditionalExpression: (node, text) =>
    [child(node, 'consequent'), child(node, 'alternate')].map((side) => replaced(node, `(${text(side)})`)),
  IfStatement: (node) => ['true', 'false'].map((value) => replaced(child(node, 'test'), value)),
  Literal({ value, ...node }) {
    if (typeof value === 'boolean') return [replaced(node, String(!value))];
    return typeof value === 'number' ? [replaced(node, String(value + 1))] : [];
  },
  /** A call whose value nobody reads: nothing is done. A declaration stays, as others need its name. */
  ExpressionStatement(node) {
    const { type } = child(node, 'expression');
    return type === 'Literal' ? [] : [{ ...replaced(node, ';'), place: 'statement' }];
  },
  MemberExpression(node) {
    const property = child(node, 'property');
    const other = node['computed'] === true ? undefined : methods.get(property['name']);
    return other === undefined ? [] : [{ ...replaced(property, other), place: 'method' }];
  },
};

/** Lists the slips that can be made in a TypeScript source, in the order of their places. */
export function findSlips(source: string): Slip[] {
  const { program, errors } = parseSync('source.ts', source);
  if (errors.length > 0) throw new Error(`The source cannot be parsed: ${errors[0]?.message}`);
  const slips: Slip[] = [];
  visit(program as unknown as Node);
  return slips.toSorted((one, other) => one.start - other.start);

  function visit(node: Node, isKey = false): void {
    const made = slipsOf[node.type]?.(node, ({ start, end }) => source.slice(start, end)) ?? [];
    slips.push(...made.map((slip) => (isKey ? { ...slip, place: 'key' as const } : slip)));
    for (const [name, value] of Object.entries(node)) {
      const isName = name === 'key' && node['computed'] === false;
      for (const part of Array.isArray(value) ? value : [value]) if (isRuntimeNode(part)) visit(part, isName);
    }
  }
}

/** Makes one slip. */
export const applySlip = (source: string, { start, end, text }: Slip): string =>
  source.slice(0, start) + text + source.slice(end);

/**
 * Puts all slips into a source at once, each behind a switch: `$slip(7)` says whether the slip of that number is made.
 * They have the numbers from `first` on, in the order of the list.
 */
export function switchSlips(source: string, slips: readonly Slip[], first = 0): string {
  const numbered = slips.map((slip, index) => ({ slip, isOn: `$slip(${first + index})` }));
  const places = Map.groupBy(numbered, ({ slip: { start, end, place } }) => `${start} ${end} ${place}`);
  const [before, after]: [Edit[], Edit[]] = [[], []];
  // What is inside stands behind what it is inside of, and ends before it.
  for (const group of [...places.values()].toSorted(([a], [b]) => lengthOf(b?.slip) - lengthOf(a?.slip))) {
    const [opening, closing] = switchOf(source, group);
    before.push(opening);
    after.unshift(closing);
  }
  const edits = [...after, ...before].toSorted((one, other) => one.start - other.start);
  const parts = edits.map(({ end, text }, index) => text + source.slice(end, edits[index + 1]?.start));
  return source.slice(0, edits[0]?.start) + parts.join('');
}

const lengthOf = (slip: Slip | undefined): number => (slip === undefined ? 0 : slip.end - slip.start);

interface Switched {
  readonly slip: Slip;
  readonly isOn: string;
}

/** What stands before and after that which slips at one place replace. */
function switchOf(source: string, group: readonly Switched[]): readonly [Edit, Edit] {
  const [{ slip, isOn } = { slip: { start: 0, end: 0, text: '', place: undefined }, isOn: '' }] = group;
  const { start, end, text, place } = slip;
  const inserted = (at: number, what: string): Edit => ({ start: at, end: at, text: what });
  if (place === 'statement') {
    const isEnded = source[end - 1] === ';';
    return [inserted(start, `${isOn} ? undefined : (`), inserted(isEnded ? end - 1 : end, ')')];
  }
  if (place === 'method') {
    const dot = source.lastIndexOf('.', start);
    const from = source[dot - 1] === '?' ? dot + 1 : dot;
    const name = `[${isOn} ? '${text}' : '${source.slice(start, end)}']`;
    return [{ start: from, end, text: name }, inserted(end, '')];
  }
  const choices = group.map((one) => `${one.isOn} ? (${one.slip.text}) : `).join('');
  const [open, close] = place === 'key' ? ['[', ']'] : ['(', ')'];
  return [inserted(start, open + choices), inserted(end, close)];
}

/** Types have no say when a program runs, apart from expressions that carry one. */
function isRuntimeNode(value: unknown): value is Node {
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string') return false;
  if (value.type === 'ImportDeclaration') return false;
  return !value.type.startsWith('TS') || /^TS(As|Satisfies|NonNull)Expression$/.test(value.type);
}

const child = (node: Node, name: string): Node => node[name] as Node;

const replaced = ({ start, end }: Pick<Node, 'start' | 'end'>, text: string): Slip => ({ start, end, text });
