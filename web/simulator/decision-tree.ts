import type { AccessOutcome, SimulateQuery } from '../generated/documents.ts';

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
}

/** Merges the decisions for several callers into one tree, in the order of the operation. */
export function treeOf(reports: ReadonlyArray<readonly Decision[]>): readonly TreeRow[] {
  const byKey = reports.map((decisions) => new Map(decisions.map((decision) => [keyOf(decision), decision])));
  const all = new Map(reports.flat().map((decision) => [keyOf(decision), decision]));
  const children = Map.groupBy(all.values(), ({ path }) => path.slice(0, -1).join('.'));
  const rowsBelow = (path: string): TreeRow[] =>
    (children.get(path) ?? []).flatMap((decision) => {
      const key = keyOf(decision);
      const found = byKey.map((decisions) => decisions.get(key));
      const row: TreeRow = {
        key,
        name: decision.path.at(-1) ?? '',
        depth: decision.path.length - 1,
        coordinate: decision.coordinate,
        requirement: decision.requirement,
        outcomes: found.map((one) => one?.outcome ?? null),
        reasons: [...new Set(found.flatMap((one) => one?.reason ?? []))],
      };
      const isFirst =
        (children.get(path) ?? []).find((one) => one.path.join('.') === decision.path.join('.')) === decision;
      return [row, ...(isFirst ? rowsBelow(decision.path.join('.')) : [])];
    });
  return rowsBelow('');
}

const keyOf = ({ path, coordinate }: Decision): string => `${path.join('.')} ${coordinate}`;
