import type { GraphQLField } from 'graphql';
import { defaultPageSize } from '../database/pages.ts';

/** Gives a list another default size than the others, and tells it to the code that measures operations. */
export const withPageSize = <Resolve>(pageSize: number, resolve: Resolve): { resolve: Resolve } => {
  const field = { resolve, extensions: { pageSize } };
  return field;
};

export function defaultPageSizeOf({ extensions }: GraphQLField<unknown, unknown>): number {
  const { pageSize } = extensions;
  return typeof pageSize === 'number' ? pageSize : defaultPageSize;
}
