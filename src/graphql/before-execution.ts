import type { ApolloServerPlugin } from '@apollo/server';
import { OperationTypeNode } from 'graphql';
import { AppError } from '../errors.ts';
import type { RequestContext } from '../request/context.ts';
import { requireLasting } from '../request/ended-credential.ts';
import { coerceVariables, fragmentsOf } from './executed-fields.ts';
import { checkLimits } from './operation-limits.ts';
import type { PassedChecks } from './passed-checks.ts';
import { movePositions } from './positions.ts';
import { acceptsEnded, requireAlone } from './sole-field.ts';

/**
 * Creates the plugin that decides what can be decided once the operation is known, and before anything of it runs. What
 * passed is told to `passed`: with the same variables the operation passes again, unless the credential has ended.
 */
export const beforeExecution = (passed: PassedChecks): ApolloServerPlugin<RequestContext> => ({
  requestDidStart: async () => ({
    async validationDidStart({ document }) {
      movePositions(document);
    },
    async didResolveOperation({ schema, document, operation, request, contextValue }) {
      if (operation === undefined) return;
      const fragments = fragmentsOf(document);
      const inputs = request.variables ?? {};
      const hasEnded = contextValue.credential.ended !== undefined;
      if (hasEnded && !acceptsEnded(schema, operation, fragments, inputs)) requireLasting(contextValue);
      const variables = coerceVariables(schema, operation, inputs);
      checkLimits(schema, operation, fragments, variables);
      requireAlone(schema, operation, fragments, variables);
      if (operation.operation === OperationTypeNode.SUBSCRIPTION) throw new AppError('BAD_REQUEST', notByHttp);
      passed.add(document, operation, inputs);
    },
  }),
});

const notByHttp = 'Subscriptions are served by graphql-transport-ws, at the same URL.';
