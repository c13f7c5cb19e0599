import { visit, type ASTNode, type DocumentNode, type GraphQLError, type SourceLocation } from 'graphql';

/** The place in the text of its document at which one node begins. */
interface Position {
  readonly locate: (start: number) => SourceLocation;
  readonly start: number;
}

const positions = new WeakMap<ASTNode, Position>();

/**
 * Moves the positions of a document's nodes to where `locationsOf` finds them. For each error that graphql-js makes of
 * a node it reads the text from its beginning, in search of lines: errors times lines is more than a request may cost.
 */
export function movePositions(document: DocumentNode): void {
  const text = document.loc?.source.body;
  if (text === undefined) return;
  const locate = createLineTable(text);
  visit(document, {
    enter(node) {
      if (node.loc !== undefined) positions.set(node, { locate, start: node.loc.start });
      (node as { loc: unknown }).loc = undefined;
    },
  });
}

/** Answers where the nodes of an error stand in the text of the document; undefined if it is not known. */
export function locationsOf({ locations, nodes }: GraphQLError): readonly SourceLocation[] | undefined {
  if (locations !== undefined) return locations;
  const found = nodes?.flatMap((node) => {
    const position = positions.get(node);
    return position === undefined ? [] : [position.locate(position.start)];
  });
  return found === undefined || found.length === 0 ? undefined : found;
}

/** Counts the lines of a text once, and only when the first position is asked for. */
function createLineTable(text: string): Position['locate'] {
  let starts: number[] | undefined;
  return (start) => {
    starts ??= [0, ...Array.from(text.matchAll(/\r\n|[\n\r]/g), ({ 0: line, index }) => index + line.length)];
    const line = lastAtMost(starts, start);
    return { line: line + 1, column: start - (starts[line] ?? 0) + 1 };
  };
}

/** Finds the last of the sorted numbers that is not above a limit, by halves. */
function lastAtMost(sorted: readonly number[], limit: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((sorted[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
