/** A slip that no test can see, or that none is to see. */
export interface Explained {
  readonly file: string;
  /** The line as it stands, and as the slip makes it. */
  readonly line: string;
  readonly becomes: string;
  readonly because: string;
}

/** The survivors of `npm run test:mutants` that were looked at: it does not list them again. */
export const explained: readonly Explained[] = [
  {
    file: 'src/authorization/runtime/columns-guarded.ts',
    line: 'const read = policy === undefined ? [] : columnsRead(policy, action);',
    becomes: 'const read = (columnsRead(policy, action));',
    because: 'a schema in which an action has no policy does not build: the other case is there for the types',
  },
];
