/** Tells whether two lists hold the same texts, in whatever order. */
export function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  const texts = new Set(one);
  return texts.size === new Set(other).size && other.every((text) => texts.has(text));
}
