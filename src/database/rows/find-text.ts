import type { Rows } from './source.ts';

/** The one text that a statement answers, written in the code with `$1`, `$2`…; `null` if it finds nothing. */
export async function findText({ source }: Rows, text: string, values: readonly unknown[]): Promise<string | null> {
  const [found] = await source.send(
    source.statements.get(text, () => ({ text, constants: [] })),
    values,
  );
  return found === undefined ? null : String(found[0]);
}
