/** A budget of points for each key and window. */
export interface Budget {
  /** Part of the key in the store: one name is one budget on every node. */
  readonly name: string;
  readonly points: number;
  readonly windowSeconds: number;
}

/** The result of asking a budget for a point. */
export interface Consumed {
  /** Points of the window taken before; equal to the whole budget if none was left, and none is taken then. */
  readonly before: number;
  /** Seconds until the window begins anew. */
  readonly retryAfterSeconds: number;
}

/** The points of one budget, counted for each key. */
export interface Points {
  readonly points: number;
  /** Takes one point atomically, if one is left. */
  readonly consume: (key: string) => Promise<Consumed>;
  /** Gives one point back, if one was taken in this window. */
  readonly refund: (key: string) => Promise<void>;
}
