/** The editors of GraphiQL by where they stand, in their order there; their inputs have no names of their own. */
const names: Readonly<Record<string, readonly string[]>> = {
  '.graphiql-query-editor': ['Operation'],
  '.graphiql-editor-tool': ['Variables', 'Headers'],
  '.result-window': ['Answer'],
};

function nameThose(within: Element): void {
  for (const [place, inOrder] of Object.entries(names)) {
    for (const [index, editor] of within.querySelectorAll(`${place} .CodeMirror`).entries()) {
      const input = editor.querySelector('textarea');
      if (input !== null && input.ariaLabel === null) input.ariaLabel = inOrder[index] ?? place;
      // By the keyboard a long answer is scrolled, too.
      const frame = editor.querySelector<HTMLElement>('.CodeMirror-scroll');
      if (frame !== null && frame.tabIndex !== 0) frame.tabIndex = 0;
    }
  }
}

/** Gives editors their names as they appear, until it is stopped. */
export function nameEditors(within: Element): () => void {
  const observer = new MutationObserver(() => nameThose(within));
  observer.observe(within, { childList: true, subtree: true });
  nameThose(within);
  return () => observer.disconnect();
}
