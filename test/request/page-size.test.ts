import { expect, test } from '@jest/globals';
import { GraphQLInt, GraphQLObjectType } from 'graphql';
import { defaultPageSizeOf, withPageSize } from '../../src/request/page-size.ts';

test('A list has twenty rows by default, or as many as it says', () => {
  const resolve = (): number => 1;
  const sized = withPageSize(7, resolve);
  expect(sized.resolve).toBe(resolve);
  const type = new GraphQLObjectType({
    name: 'Query',
    fields: {
      usual: { type: GraphQLInt },
      sized: { type: GraphQLInt, ...sized },
      strange: { type: GraphQLInt, extensions: { pageSize: '7' } },
    },
  });
  const sizes = Object.values(type.getFields()).map((field) => defaultPageSizeOf(field));
  expect(sizes).toEqual([20, 7, 20]);
});
