/**
 * Closes one thing after another. What fails keeps nothing else from being closed.
 * @throws the first failure, once the rest is closed.
 */
export async function closeInOrder(closings: ReadonlyArray<() => Promise<void> | void>): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closings) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
