/** Places that queues share: as many jobs run at once, of all the queues together. */
export interface SharedPlaces {
  readonly isFree: () => boolean;
  readonly take: () => void;
  /** Gives a place back, to the first queue that has a job to start: the one that started last is asked last. */
  readonly giveBack: () => void;
  /** @param startNext Starts the next job of the queue, if it has one that may run, and tells whether it did. */
  readonly join: (startNext: () => boolean) => void;
}

export function createSharedPlaces(places: number): SharedPlaces {
  const queues: Array<() => boolean> = [];
  let free = places;
  return {
    isFree: () => free > 0,
    take: () => void (free -= 1),
    giveBack() {
      free += 1;
      const started = queues.findIndex((startNext) => startNext());
      if (started >= 0) queues.push(...queues.splice(started, 1));
    },
    join: (startNext) => void queues.push(startNext),
  };
}
