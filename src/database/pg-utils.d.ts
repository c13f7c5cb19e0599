declare module 'pg/lib/utils.js' {
  const utils: {
    /** Writes a value as the driver sends it. */
    readonly prepareValue: (value: unknown) => string | Buffer | null;
  };
  export default utils;
}
