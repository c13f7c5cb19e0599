import type { ApolloServerPlugin } from '@apollo/server';
import { anyScopeCovers, explainOperation, type Principal } from '../authorization/index.ts';
import { AppError } from '../errors.ts';
import type { GraphQLRequest, RequestContext } from '../request/context.ts';

const header = 'x-dry-run';
const scope = 'access:simulate';

/** Tells whether a request asks for a dry run, rightly or not. */
export const asksForDryRun = ({ headers }: Pick<GraphQLRequest, 'headers'>): boolean => headers[header] !== undefined;

/**
 * Answers a request with `X-Dry-Run: true` by what its caller would be refused in the operation, in
 * `extensions.access`; nothing of it runs. The limits on operations are those of any other.
 */
export const dryRun: ApolloServerPlugin<RequestContext> = {
  async requestDidStart({ request }) {
    const asked = request.http?.headers.get(header);
    if (asked === undefined) return undefined;
    return {
      async didResolveOperation({ contextValue }) {
        if (asked !== 'true') throw new AppError('BAD_REQUEST', 'Send `X-Dry-Run: true`, or leave the header out.');
        requireSimulation(contextValue.principal);
      },
      async responseForOperation({ schema, document, operationName, contextValue, response }) {
        const { variables } = request;
        const access = explainOperation(schema, document, contextValue.principal, { variables, operationName });
        return { ...response, body: { kind: 'single', singleResult: { data: null, extensions: { access } } } };
      },
    };
  },
};

function requireSimulation(principal: Principal): void {
  if (principal.kind === 'anonymous') throw new AppError('UNAUTHENTICATED', 'Sign in to continue.');
  if (anyScopeCovers(principal.scopes, scope)) return;
  throw new AppError('FORBIDDEN', `A dry run needs the scope ${scope}.`, {
    headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
  });
}
