import type { EntityMetadata } from '@mikro-orm/core';

/** The table of a type that has a policy. */
export interface GuardedTable {
  /** The GraphQL type, which is also the entity's name. */
  readonly type: string;
  /** The name as the database has it, unquoted. */
  readonly plainName: string;
  readonly name: string;
  /** Returns the column of a property, quoted. @throws if it has none */
  readonly columnOf: (property: string) => string;
  /** Returns the type of the row behind a property that holds one. */
  readonly targetOf: (property: string) => string | undefined;
}

export function guardedTable({ className, tableName, properties }: EntityMetadata): GuardedTable {
  const propertyOf = (name: string) => Object.entries(properties).find(([known]) => known === name)?.[1];
  return {
    type: className,
    plainName: tableName,
    name: `"${tableName}"`,
    columnOf(name) {
      const [column] = propertyOf(name)?.fieldNames ?? [];
      if (column === undefined) throw new Error(`${className} has no column for ${name}, which its policy reads.`);
      return `"${column}"`;
    },
    targetOf: (name) => propertyOf(name)?.targetMeta?.className,
  };
}
