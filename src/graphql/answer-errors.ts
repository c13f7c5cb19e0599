import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server';
import { GraphQLError, type FormattedExecutionResult } from 'graphql';
import { AppError } from '../errors.ts';
import type { RequestContext } from '../request/context.ts';
import { refuseEnded } from '../request/ended-credential.ts';
import type { ReportError } from '../request/error-report.ts';
import { exceeds } from './answer-size.ts';
import type { ExplainRefusals } from './explain-refusals.ts';
import { describeErrors, refusedAsAWhole } from './format-error.ts';
import { applyHttp } from './http-status.ts';
import { insufficientScope } from './insufficient-scope.ts';
import { reportRefusals, reportRequestRefused, type ReportRefusalsDeps } from './report-refusals.ts';

export interface AnswerDeps extends ReportRefusalsDeps {
  readonly report: ReportError;
  /** True if refusals tell which roles or scopes would suffice. */
  readonly tellRequired: boolean;
  /** An answer that would be larger is refused before it is written. */
  readonly maxAnswerBytes: number;
  /** Explains refusals to developers; without it they are told nothing more. */
  readonly explain?: ExplainRefusals;
}

type Context = GraphQLRequestContext<RequestContext>;

/** Creates the plugin that gives errors the shape of the closed list, and the answer its status and its bounds. */
export const answerErrors = ({ maxAnswerBytes, ...deps }: AnswerDeps): ApolloServerPlugin<RequestContext> => ({
  requestDidStart: async () => ({
    async willSendResponse(context) {
      const { response } = context;
      if (response.body.kind !== 'single') return;
      const { singleResult } = response.body;
      withErrors(context, singleResult, errorsOf(context), deps);
      if (singleResult.errors !== undefined) await tellMore(context, singleResult, deps);
      const excess = excessOf(singleResult, maxAnswerBytes);
      const refusing = excess === null ? (context.errors ?? []) : [excess];
      await reportRequestRefused(deps.onRefused, context.contextValue, refusing);
      if (excess === null) return;
      singleResult.data = null;
      withErrors(context, singleResult, [excess], deps);
    },
  }),
});

/** Puts errors into a result as clients see them, and the status that goes with them on the answer. */
function withErrors(
  context: Context,
  result: FormattedExecutionResult,
  errors: readonly GraphQLError[],
  deps: Pick<AnswerDeps, 'report' | 'tellRequired'>,
): void {
  if (errors.length === 0) return;
  const { credential, requestId } = context.contextValue;
  const { formatted, appErrors } = describeErrors(errors, { ...deps, requestId });
  const refused = refusedAsAWhole(errors, deps.tellRequired);
  result.errors = refused ?? formatted;
  if (refused !== null) result.data = null;
  applyHttp(context, errors, appErrors);
  const challenge = credential.source === 'bearer' ? insufficientScope(errors) : undefined;
  if (challenge !== undefined) context.response.http.headers.set('www-authenticate', challenge);
}

/** Reports refusals, and adds to each the id of its event, and for developers why it was refused. */
async function tellMore(
  context: Context,
  result: FormattedExecutionResult,
  { explain, ...deps }: Pick<AnswerDeps, 'explain' | 'onRefused' | 'tellsRefusalIds'>,
): Promise<void> {
  const refusalIdOf = await reportRefusals(deps, context);
  const explained = explain?.(context);
  result.errors = (result.errors ?? []).map((error) => {
    const more = { refusalId: refusalIdOf(error), explain: explained?.(error) };
    const told = Object.entries(more).filter(([, value]) => value !== undefined);
    return told.length === 0 ? error : { ...error, extensions: { ...error.extensions, ...Object.fromEntries(told) } };
  });
}

/** An invalid document cannot say that it may ignore an ended credential, so the credential is what is refused. */
function errorsOf({ operation, errors = [], contextValue }: Context): readonly GraphQLError[] {
  const refusal = errors.length === 0 || operation !== undefined ? null : refuseEnded(contextValue);
  return refusal === null ? errors : [graphqlErrorOf(refusal)];
}

/** Returns the error that a result which is larger than an answer may be is replaced by; null if it is not. */
export const excessOf = (result: unknown, maxBytes: number): GraphQLError | null =>
  exceeds(result, maxBytes) ? tooLarge(maxBytes) : null;

export const tooLarge = (maxBytes: number): GraphQLError =>
  graphqlErrorOf(
    new AppError('OPERATION_TOO_COMPLEX', `The answer is larger than ${maxBytes} bytes. Ask for fewer fields or rows.`),
  );

const graphqlErrorOf = (error: AppError): GraphQLError => new GraphQLError(error.message, { originalError: error });
