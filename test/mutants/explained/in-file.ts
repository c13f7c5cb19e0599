/** A slip that no test can see, or that none is to see. */
export interface Explained {
  readonly file: string;
  /** The line as it stands, and as the slip makes it. */
  readonly line: string;
  readonly becomes: string;
  readonly because: string;
}

type Slip = readonly [line: string, becomes: string];

/** Lists the slips of a source that survive, by the reasons why. */
export const inFile = (file: string, reasons: Readonly<Record<string, readonly Slip[]>>): readonly Explained[] =>
  Object.entries(reasons).flatMap(([because, slips]) =>
    slips.map(([line, becomes]) => ({ file, line, becomes, because })),
  );
