import type { Directed } from './directive-uses.ts';
import { readElement } from './element.ts';
import type { ElementRules, ReadingContext } from './element.ts';

/** The rules of each element, read once, so that a mistake which many inherit is reported once. */
export interface Rulebook {
  readonly of: (element: Directed, coordinate: string) => ElementRules;
  /** All elements read so far, by coordinate. */
  readonly entries: () => Iterable<readonly [string, ElementRules]>;
}

export function createRulebook(context: ReadingContext): Rulebook {
  const rules = new Map<string, ElementRules>();
  return {
    of: (element, coordinate) => {
      const known = rules.get(coordinate) ?? readElement(element, coordinate, context);
      rules.set(coordinate, known);
      return known;
    },
    entries: () => rules,
  };
}
