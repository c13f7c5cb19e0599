/** Gives each key a number of places, and takes them back. */
export interface Places {
  /** Takes a place; null where the key has no more. @returns what gives it back. */
  readonly take: (key: string) => (() => void) | null;
}

export function createPlaces(most: number): Places {
  const taken = new Map<string, number>();

  function giveBack(key: string): void {
    const left = (taken.get(key) ?? 0) - 1;
    if (left > 0) taken.set(key, left);
    else taken.delete(key);
  }

  return {
    take(key) {
      const count = taken.get(key) ?? 0;
      if (count >= most) return null;
      taken.set(key, count + 1);
      return () => giveBack(key);
    },
  };
}
