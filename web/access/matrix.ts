import type { AccessMatrixQuery, AccessOutcome } from '../generated/documents.ts';

/** One line of the matrix as the server answers it. */
export type FieldAccess = AccessMatrixQuery['accessMatrix'][number];

/** The mark of a cell: an outcome, or that nothing guards the field and nothing says that it is meant to be public. */
export type Mark = AccessOutcome | 'UNGUARDED';

export interface Line {
  readonly coordinate: string;
  /** The element within its group: a field, or `field(argument:)`. */
  readonly name: string;
  readonly requirement: string;
  /** One mark for each column. */
  readonly marks: readonly Mark[];
  readonly isUnguarded: boolean;
  readonly access: FieldAccess;
}

export interface Group {
  readonly type: string;
  readonly lines: readonly Line[];
}

export interface Matrix {
  /** `anonymous`, then the roles. */
  readonly columns: readonly string[];
  readonly groups: readonly Group[];
}

export const anonymous = 'anonymous';

const roots: readonly string[] = ['Query', 'Mutation', 'Subscription'];

/** Groups the lines by their type, the roots first, since that is where every request begins. */
export function matrixOf(lines: readonly FieldAccess[]): Matrix {
  const columns = [anonymous, ...(lines[0]?.roles ?? []).map(({ role }) => role as string)];
  const byType = Map.groupBy(lines, ({ coordinate }) => typeOf(coordinate));
  const order = (type: string): string => `${roots.includes(type) ? roots.indexOf(type) : roots.length} ${type}`;
  const types = [...byType.keys()].toSorted((a, b) => order(a).localeCompare(order(b)));
  return { columns, groups: types.map((type) => ({ type, lines: (byType.get(type) ?? []).map(lineOf) })) };
}

function lineOf(access: FieldAccess): Line {
  const { coordinate, requirement } = access;
  const isUnguarded = isSilent(access);
  const outcomes = [access.anonymous, ...access.roles.map(({ outcome }) => outcome)];
  return {
    coordinate,
    name: coordinate.slice(typeOf(coordinate).length + 1),
    requirement,
    marks: isUnguarded ? outcomes.map(() => 'UNGUARDED' as const) : outcomes,
    isUnguarded,
    access,
  };
}

export const typeOf = (coordinate: string): string => coordinate.split('.', 1)[0] ?? '';

/** A root field that is open without saying so. */
const isSilent = ({ coordinate, requirement, rules }: FieldAccess): boolean =>
  roots.includes(typeOf(coordinate)) && requirement === 'public' && rules.length === 0;

export interface Filter {
  /** Words of a coordinate or a requirement. */
  readonly text: string;
  readonly show: Show;
  /** The column that must have the `outcome`, if one is chosen. */
  readonly column: string;
  readonly outcome: string;
  readonly scope: string;
  /** Only these coordinates, if given. */
  readonly among?: ReadonlySet<string> | undefined;
}

export const shows = ['all', 'guarded', 'public', 'unguarded', 'warnings', 'changed'] as const;
export type Show = (typeof shows)[number];

const isShown: Readonly<Record<Show, (line: Line) => boolean>> = {
  all: () => true,
  guarded: ({ requirement }) => requirement !== 'public',
  public: ({ requirement, isUnguarded }) => requirement === 'public' && !isUnguarded,
  unguarded: ({ isUnguarded }) => isUnguarded,
  warnings: ({ access }) => access.warnings.length > 0,
  changed: () => true,
};

/** Counts the lines that each choice would show. */
export function countsOf({ groups }: Matrix): Readonly<Record<Show, number>> {
  const lines = groups.flatMap((group) => group.lines);
  const count = (show: Show): number => lines.filter(isShown[show]).length;
  return {
    all: lines.length,
    guarded: count('guarded'),
    public: count('public'),
    unguarded: count('unguarded'),
    warnings: count('warnings'),
    changed: 0,
  };
}

/** Leaves the lines that a filter asks for, and the groups that have any. */
export function filtered(matrix: Matrix, filter: Filter): Matrix {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const column = matrix.columns.indexOf(filter.column);
  const keeps = (line: Line): boolean => {
    const text = `${line.coordinate} ${line.requirement}`.toLowerCase();
    const mark = line.marks[column];
    return (
      words.every((word) => text.includes(word)) &&
      isShown[filter.show](line) &&
      (filter.show !== 'changed' || (filter.among?.has(line.coordinate) ?? true)) &&
      (filter.outcome === '' ||
        (column < 0 ? line.marks.some((one) => one === filter.outcome) : mark === filter.outcome)) &&
      (filter.scope === '' || scopesOf(line.requirement).includes(filter.scope))
    );
  };
  const groups = matrix.groups
    .map(({ type, lines }) => ({ type, lines: lines.filter(keeps) }))
    .filter(({ lines }) => lines.length > 0);
  return { columns: matrix.columns, groups };
}

/** Finds the scopes that a requirement names: `scope a or b`, `scope a and b`. */
export const scopesOf = (requirement: string): readonly string[] =>
  requirement.match(/[a-z][\w-]*:[\w*-]+(?=$|[\s;,)])/g) ?? [];

/** Lists every scope that some requirement names. */
export function scopesNamed({ groups }: Matrix): readonly string[] {
  const named = groups.flatMap(({ lines }) => lines.flatMap(({ requirement }) => scopesOf(requirement)));
  return [...new Set(named)].toSorted();
}

/** A row of the grid: the head of a group, or one of its lines. */
export type Row = { readonly group: Group; readonly line?: Line };

/** Lists the rows to show, without the lines of closed groups. */
export const rowsOf = ({ groups }: Matrix, closed: ReadonlySet<string>): readonly Row[] =>
  groups.flatMap((group) => [
    { group },
    ...(closed.has(group.type) ? [] : group.lines.map((line) => ({ group, line }))),
  ]);

/** The share of each mark among the lines of a group, in one column. */
export function sharesOf({ lines }: Group, column: number): ReadonlyArray<readonly [Mark, number]> {
  const marks = Map.groupBy(lines, ({ marks: ofLine }) => ofLine[column] ?? 'DENIED');
  return (['ALLOWED', 'DEPENDS_ON_OBJECT', 'DENIED', 'UNGUARDED'] as const).flatMap((mark) => {
    const count = marks.get(mark)?.length ?? 0;
    return count === 0 ? [] : [[mark, count] as const];
  });
}

export const markOf = (line: Line, columns: readonly string[], column: string): Mark =>
  line.marks[columns.indexOf(column)] ?? 'DENIED';

/** Finds the line of a coordinate. */
export const lineAt = ({ groups }: Matrix, coordinate: string): Line | undefined =>
  groups.find(({ type }) => type === typeOf(coordinate))?.lines.find((line) => line.coordinate === coordinate);
