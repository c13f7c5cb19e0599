import { nullBlastOf, type NullBlast } from '../access/null-blast.ts';
import type { Step } from '../access/reach.ts';
import type { FieldShape, Shape } from '../access/shape.ts';
import type { Decision } from './decision-tree.ts';

/** Returns what becomes null in the answer of an operation if a field of it is refused; undefined if nothing does. */
export type NullOfRefusal = (decision: Decision) => NullBlast | undefined;

/** Creates what tells where the null of a refused field lands, by the names that the operation gives its fields. */
export function createNullOfRefusal(shape: Shape, decisions: readonly Decision[]): NullOfRefusal {
  const byPath = Map.groupBy(decisions, ({ path }) => path.join('.'));
  return (decision) => {
    if (isFilter(shape, decision)) return undefined;
    const above = decision.path.slice(0, -1).map((_, index) => decision.path.slice(0, index + 1).join('.'));
    const steps = [...above.map((path) => byPath.get(path)?.[0]), decision].flatMap((one) => stepOf(shape, one));
    return steps.length === decision.path.length ? nullBlastOf(steps) : undefined;
  };
}

/** Returns the field of a decision under its name in the answer; none if the schema's shape does not have it. */
function stepOf(shape: Shape, decision: Decision | undefined): readonly Step[] {
  const field = decision && fieldOf(shape, decision);
  const name = decision?.path.at(-1);
  return field === undefined || name === undefined ? [] : [{ type: field.returns, field: { ...field, name } }];
}

function fieldOf({ types }: Shape, { coordinate }: Decision): FieldShape | undefined {
  const [type = '', name] = coordinate.split('.');
  return types.get(type)?.fields.find((field) => field.name === name);
}

/** Tells whether a refusal empties a list: a policy leaves out objects, where a requirement refuses the field. */
const isFilter = (shape: Shape, decision: Decision): boolean =>
  fieldOf(shape, decision)?.type.startsWith('[') === true && !/^[A-Z_]+: /.test(decision.reason ?? '');
