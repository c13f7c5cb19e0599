/** One run of a test file, which the run of mutants asks a worker for. */
export interface Order {
  readonly test: string;
  /** The number of the slip that is made; none without one. */
  readonly slip?: number;
  /** The slip is there while the file is imported as well, and stays in the process. */
  readonly isEarly?: boolean;
  /** The tests that are run, by their numbers in the file; all if they are not given. */
  readonly only?: readonly number[];
  /** The tests that are left out, by their numbers. */
  readonly without?: readonly number[];
}

export interface Outcome {
  /** The first test that was red, and why; its number, unless a hook or the import failed. */
  readonly red?: { readonly test: string; readonly why: string; readonly number?: number };
  readonly ms: number;
  /** How long the tests took that were run, by their numbers; what came before the first of them stands aside. */
  readonly tests: readonly (readonly [number: number, ms: number])[];
  readonly setupMs: number;
  /** The slips that were reached, each with the tests that did, or with none of them if it was before or after all. */
  readonly reached: readonly (readonly [slip: number, tests: readonly number[]])[];
  /** The slips that were reached while the file was imported. */
  readonly imported: readonly number[];
  /** The slip that was made was reached. */
  readonly isReached: boolean;
  /** Something was left behind that could make the next run red: the worker is not to be used again. */
  readonly isSpoiled: boolean;
}
