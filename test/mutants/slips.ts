import { parseSync } from 'rolldown/utils';

/** One small mistake in a source text: the text from `start` to `end` replaced. */
export interface Slip {
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

const methods: Readonly<Record<string, string>> = {
  some: 'every',
  every: 'some',
  max: 'min',
  min: 'max',
  floor: 'ceil',
  ceil: 'floor',
};

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
    return type === 'Literal' ? [] : [replaced(node, ';')];
  },
  MemberExpression(node) {
    const property = child(node, 'property');
    const other = node['computed'] === true ? undefined : methods[String(property['name'])];
    return other === undefined ? [] : [replaced(property, other)];
  },
};

/** Lists the slips that can be made in a TypeScript source, in the order of their places. */
export function findSlips(source: string): Slip[] {
  const { program, errors } = parseSync('source.ts', source);
  if (errors.length > 0) throw new Error(`The source cannot be parsed: ${errors[0]?.message}`);
  const slips: Slip[] = [];
  visit(program as unknown as Node);
  return slips.toSorted((one, other) => one.start - other.start);

  function visit(node: Node): void {
    slips.push(...(slipsOf[node.type]?.(node, ({ start, end }) => source.slice(start, end)) ?? []));
    for (const value of Object.values(node)) {
      for (const part of Array.isArray(value) ? value : [value]) if (isRuntimeNode(part)) visit(part);
    }
  }
}

/** Makes one slip. */
export const applySlip = (source: string, { start, end, text }: Slip): string =>
  source.slice(0, start) + text + source.slice(end);

/** Types have no say when a program runs, apart from expressions that carry one. */
function isRuntimeNode(value: unknown): value is Node {
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string') return false;
  if (value.type === 'ImportDeclaration') return false;
  return !value.type.startsWith('TS') || /^TS(As|Satisfies|NonNull)Expression$/.test(value.type);
}

const child = (node: Node, name: string): Node => node[name] as Node;

const replaced = ({ start, end }: Pick<Node, 'start' | 'end'>, text: string): Slip => ({ start, end, text });
