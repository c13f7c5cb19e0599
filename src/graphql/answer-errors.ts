import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { AppError } from '../errors.ts';
import type { ReportError } from '../report-error.ts';
import type { RequestScope } from '../request.ts';
import { isRefusedStale, staleCredential } from '../request/stale.ts';
import { describeError, refusedAsAWhole } from './answers.ts';
import { applyHttp } from './http-status.ts';

/** A document that says nothing valid cannot say that it may ignore a credential which does not count any more. */
const isRefusedUnread = ({ operation, contextValue: { credential } }: GraphQLRequestContext<RequestScope>): boolean =>
  operation === undefined && isRefusedStale(credential);

const ensureGraphQLError = (error: AppError): GraphQLError => new GraphQLError(error.message, { originalError: error });

/** Errors leave in the shape of our closed list, and the answer with the status that goes with them. */
export const answerErrors = (report: ReportError): ApolloServerPlugin<RequestScope> => ({
  requestDidStart: async () => ({
    async willSendResponse(context) {
      const { response, errors, contextValue } = context;
      if (response.body.kind !== 'single' || errors === undefined || errors.length === 0) return;
      const told = isRefusedUnread(context) ? [ensureGraphQLError(staleCredential())] : errors;
      const described = told.map((error) => describeError(error, report, contextValue.requestId));
      const refused = refusedAsAWhole(errors);
      const result = response.body.singleResult;
      result.errors = refused ?? described.map(({ formatted }) => formatted);
      if (refused !== null) result.data = null;
      applyHttp(
        context,
        errors,
        described.flatMap(({ appError }) => appError ?? []),
      );
    },
  }),
});
