/** The time for which the proof of a person, or of a second factor, counts as recent. */
export const recentSeconds = 15 * 60;

/** Tells whether a proof is recent. @param at Seconds since 1970; absent if there was none. */
export const isRecent = (now: Date, at: number | null | undefined): boolean =>
  at != null && now.getTime() / 1000 - at <= recentSeconds;
