import { visit, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import type { Variables } from './executed-fields.ts';

/** Remembers of operations with which variables they passed the checks that come before anything runs. */
export interface PassedChecks {
  readonly has: (operation: OperationDefinitionNode, inputs: Variables) => boolean;
  readonly add: (document: DocumentNode, operation: OperationDefinitionNode, inputs: Variables) => void;
}

interface Passed {
  readonly decisive: readonly string[];
  readonly keys: Set<string>;
}

/** The keys kept of one operation: callers choose variables. */
const maxKeys = 64;
const maxKeyCharacters = 200;

/** Keeps what passed as long as the operation's document is kept. */
export function createPassedChecks(): PassedChecks {
  const byOperation = new WeakMap<OperationDefinitionNode, Passed>();

  return {
    has(operation, inputs) {
      const passed = byOperation.get(operation);
      return passed !== undefined && passed.keys.has(keyOf(passed.decisive, inputs));
    },
    add(document, operation, inputs) {
      const passed = byOperation.get(operation) ?? { decisive: decisiveVariables(document), keys: new Set() };
      byOperation.set(operation, passed);
      const key = keyOf(passed.decisive, inputs);
      if (key.length > maxKeyCharacters) return;
      if (passed.keys.size >= maxKeys) passed.keys.clear();
      passed.keys.add(key);
    },
  };
}

/**
 * Lists the variables on which the checks depend: those in directives, which decide what is selected, and those beside
 * the size of a page, without which it is not known.
 */
function decisiveVariables(document: DocumentNode): string[] {
  const names = new Set<string>();
  const collect = (node: Parameters<typeof visit>[0]): void => {
    visit(node, { Variable: ({ name }) => void names.add(name.value) });
  };
  visit(document, {
    Directive: collect,
    Field(node) {
      const isPage = node.arguments?.some(({ name }) => name.value === 'first' || name.value === 'last') === true;
      if (isPage) node.arguments?.forEach(collect);
    },
  });
  return [...names];
}

/** Writes the values of variables as a text. A variable that is absent has another value than null: its default. */
function keyOf(names: readonly string[], inputs: Variables): string {
  let key = '';
  for (const name of names) key += `${Object.hasOwn(inputs, name) ? JSON.stringify(inputs[name]) : 'absent'},`;
  return key;
}
