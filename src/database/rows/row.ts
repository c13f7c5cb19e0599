/** A row that was read and is not to be written: values by the names of the entity's properties, relations as ids. */
export type RowOf<Entity> = {
  readonly [
    Name in keyof Entity & string as Entity[Name] extends (...args: never[]) => unknown ? never : Name
  ]: ValueOf<Entity[Name]>;
};

type ValueOf<Value> = Value extends { readonly id: string }
  ? Reference
  : Value extends ReadonlyArray<infer Item>
    ? readonly Item[]
    : Value;

/** A related row by its id, or the row itself if it was read as well. */
export type Reference = string | { readonly id: string };

export const idOf = (reference: Reference): string => (typeof reference === 'string' ? reference : reference.id);
