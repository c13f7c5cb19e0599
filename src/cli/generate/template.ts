const nothing = '\u0000';

/** A template literal in which a line that holds nothing but an empty value is left out. */
export function template(texts: TemplateStringsArray, ...values: readonly string[]): string {
  const filled = String.raw({ raw: texts.map((text) => text) }, ...values.map((value) => value || nothing));
  return filled.replaceAll(new RegExp(`^[ \\t]*${nothing}[ \\t]*\\n`, 'gm'), '').replaceAll(nothing, '');
}
