import { makeExecutableSchema } from '@graphql-tools/schema';
import { expect, test } from '@jest/globals';
import { graphql } from 'graphql';
import { withUnitsOfWork } from '../../src/graphql/renew-unit-of-work.ts';

test('Each root field of a mutation begins an empty unit of work, also behind one that was refused', async () => {
  const done: string[] = [];
  const write = (name: string) => (): string => {
    done.push(name);
    if (name === 'refused') throw new Error('refused');
    return name;
  };
  const schema = makeExecutableSchema({
    typeDefs: 'type Query { read: String } type Mutation { refused: String first: String second: String }',
    resolvers: {
      Query: { read: write('read') },
      Mutation: { refused: write('refused'), first: write('first'), second: write('second') },
    },
  });
  const contextValue = { renewUnitOfWork: () => void done.push('begin') };
  const ask = (source: string) => graphql({ schema: withUnitsOfWork(schema), source, contextValue });
  expect((await ask('mutation { refused first second }')).data).toEqual({
    refused: null,
    first: 'first',
    second: 'second',
  });
  expect(done.splice(0)).toEqual(['begin', 'refused', 'begin', 'first', 'begin', 'second']);
  await ask('{ read }');
  expect(done).toEqual(['read']);
});
