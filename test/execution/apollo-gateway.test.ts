import { ApolloServer } from '@apollo/server';
import { expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { apolloGateway } from '../../src/execution/index.ts';

const schema = buildSchema('type Query { a: Int }');

test('Apollo Server hands a defect of an executor to its plugins as an error of GraphQL, with what was thrown', async () => {
  const defect = new TypeError('no such plan');
  const seen: unknown[] = [];
  const server = new ApolloServer({
    gateway: apolloGateway(schema, () => {
      throw defect;
    }),
    plugins: [
      {
        requestDidStart: async () => ({
          willSendResponse: async ({ errors = [] }) =>
            void seen.push(...errors.map(({ originalError }) => originalError)),
        }),
      },
    ],
  });
  const { body } = await server.executeOperation({ query: '{ a }' });
  expect(seen).toEqual([defect]);
  expect(body).toMatchObject({ singleResult: { errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] } });
  await server.stop();
});
