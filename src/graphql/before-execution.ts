import type { ApolloServerPlugin } from '@apollo/server';
import { OperationTypeNode } from 'graphql';
import { AppError } from '../errors.ts';
import type { RequestScope } from '../request.ts';
import { isRefusedStale, staleCredential } from '../request/stale.ts';
import { coerceVariables, fragmentsOf } from './executed-fields.ts';
import { checkLimits } from './limits.ts';
import { acceptsStale, requireAlone } from './sole-field.ts';

/** What is decided once the operation is known, and before anything of it runs. */
export const beforeExecution: ApolloServerPlugin<RequestScope> = {
  requestDidStart: async () => ({
    async didResolveOperation({ schema, document, operation, request, contextValue: { credential } }) {
      if (operation === undefined) return;
      const fragments = fragmentsOf(document);
      const inputs = request.variables ?? {};
      if (isRefusedStale(credential) && !acceptsStale(schema, operation, fragments, inputs)) throw staleCredential();
      const variables = coerceVariables(schema, operation, inputs);
      checkLimits(schema, operation, fragments, variables);
      requireAlone(schema, operation, fragments, variables);
      if (operation.operation === OperationTypeNode.SUBSCRIPTION) throw new AppError('BAD_REQUEST', notByHttp);
    },
  }),
};

const notByHttp = 'Subscriptions are served by graphql-transport-ws, at the same address.';
