import type { NullBlast } from '../access/null-blast.ts';
import type { Shape } from '../access/shape.ts';
import type { AccessOutcome, SimulateQuery } from '../generated/documents.ts';
import { createNullOfRefusal, type NullOfRefusal } from './null-of-refusal.ts';

export type Decision = SimulateQuery['simulateAccess']['decisions'][number];

/** One field of the operation, with what each caller would get; null if a refusal above leaves nothing to decide. */
export interface TreeRow {
  readonly key: string;
  readonly name: string;
  readonly depth: number;
  readonly coordinate: string;
  readonly requirement: string;
  readonly outcomes: ReadonlyArray<AccessOutcome | null>;
  readonly reasons: readonly string[];
  /** For each caller, whether the field becomes null although it is not refused, because another one is. */
  readonly isTakenAlong: readonly boolean[];
  /** The place that becomes null if the field is refused, which it is for some caller; undefined if none is known. */
  readonly nullAt: NullBlast | undefined;
}

/**
 * Merges the decisions for several callers into one tree, in the order of the operation. What nulls take along is known
 * with the shape of the schema.
 */
export function treeOf(reports: ReadonlyArray<readonly Decision[]>, shape?: Shape | null): readonly TreeRow[] {
  const nullOf: NullOfRefusal = shape == null ? () => undefined : createNullOfRefusal(shape, reports.flat());
  const lost = reports.map((decisions) => lostIn(decisions, nullOf));
  const byKey = reports.map((decisions) => new Map(decisions.map((decision) => [keyOf(decision), decision])));
  const all = new Map(reports.flat().map((decision) => [keyOf(decision), decision]));
  const children = Map.groupBy(all.values(), ({ path }) => path.slice(0, -1).join('.'));
  const rowsBelow = (path: string): TreeRow[] =>
    (children.get(path) ?? []).flatMap((decision) => {
      const key = keyOf(decision);
      const found = byKey.map((decisions) => decisions.get(key));
      const denied = found.find((one) => one?.outcome === 'DENIED');
      const row: TreeRow = {
        key,
        name: decision.path.at(-1) ?? '',
        depth: decision.path.length - 1,
        coordinate: decision.coordinate,
        requirement: decision.requirement,
        outcomes: found.map((one) => one?.outcome ?? null),
        reasons: [...new Set(found.flatMap((one) => one?.reason ?? []))],
        isTakenAlong: found.map(
          (one, index) => one !== undefined && one.outcome !== 'DENIED' && lost[index]?.(one.path) === true,
        ),
        nullAt: denied && nullOf(denied),
      };
      const isFirst =
        (children.get(path) ?? []).find((one) => one.path.join('.') === decision.path.join('.')) === decision;
      return [row, ...(isFirst ? rowsBelow(decision.path.join('.')) : [])];
    });
  return rowsBelow('');
}

/** Returns what tells whether a path of the answer becomes null: as the null of a refusal, or below it. */
function lostIn(decisions: readonly Decision[], nullOf: NullOfRefusal): (path: readonly string[]) => boolean {
  const nulls = [...Map.groupBy(decisions, ({ path }) => path.join('.')).values()]
    .filter((ofPath) => ofPath.every(({ outcome }) => outcome === 'DENIED'))
    .flatMap(([first]) => (first && nullOf(first)) ?? []);
  return (path) =>
    nulls.some(({ at }) => {
      const names = at.map((name) => name.replace('[]', ''));
      // Behind a list its items become null, and not the list.
      const isBelow = at.at(-1) === names.at(-1) || path.length > names.length;
      return isBelow && names.every((name, index) => name === path[index]);
    });
}

const keyOf = ({ path, coordinate }: Decision): string => `${path.join('.')} ${coordinate}`;
