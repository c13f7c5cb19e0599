/**
 * Reads the JSON that the script put into a field; null if there is none, which the API refuses with its own reason.
 */
export function jsonField(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
