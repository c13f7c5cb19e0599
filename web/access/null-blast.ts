import type { Step } from './reach.ts';

/** The place that becomes null if the last field of a path is refused. */
export interface NullBlast {
  /**
   * The path in the answer of what becomes null, `[]` behind a list of which one item does; empty for all of `data`.
   */
  readonly at: readonly string[];
  /** True if only the refused field itself becomes null. */
  readonly isContained: boolean;
}

/**
 * Follows a null up the path of a refused field. A non-null field hands it to the object that has the field, until a
 * field, or an item of a list, may be null (GraphQL specification §6.4.4).
 */
export function nullBlastOf(path: readonly Step[]): NullBlast {
  const names = path.map(({ field }) => field.name);
  for (let index = path.length - 1; index >= 0; index -= 1) {
    if (path[index]?.field.isNonNull !== true) {
      return { at: names.slice(0, index + 1), isContained: index === path.length - 1 };
    }
    if (hasNullableItems(path[index - 1])) {
      return { at: [...names.slice(0, index - 1), `${names[index - 1]}[]`], isContained: false };
    }
  }
  return { at: [], isContained: false };
}

const hasNullableItems = (step: Step | undefined): boolean => step !== undefined && /\w\]/.test(step.field.type);
