/** The part of a condition that names rows which were added from a moment on; without one, all rows. */
export const addedFrom = (since: Date | undefined): object =>
  since === undefined ? {} : { createdAt: { $gte: since } };
