/** A range of IP addresses, and how many times the slots of one IP address it has. */
export interface SlotRange {
  readonly key: string;
  readonly factor: number;
}

/** A number of slots for each range of IP addresses. */
export interface ConnectionSlots {
  /** Takes a slot of every range and answers the function that gives them back; null if one range has none left. */
  readonly take: (ranges: readonly SlotRange[]) => (() => void) | null;
}

export function createConnectionSlots(max: number): ConnectionSlots {
  const taken = new Map<string, number>();

  function add(key: string, step: 1 | -1): void {
    const count = (taken.get(key) ?? 0) + step;
    if (count > 0) taken.set(key, count);
    else taken.delete(key);
  }

  return {
    take(ranges) {
      if (ranges.some(({ key, factor }) => (taken.get(key) ?? 0) >= max * factor)) return null;
      for (const { key } of ranges) add(key, 1);
      return () => {
        for (const { key } of ranges) add(key, -1);
      };
    },
  };
}
