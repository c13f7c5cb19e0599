import type { GraphQLSchema } from 'graphql';
import type { AnswerAs } from '../access/simulated-result.ts';
import type { Config } from '../config/config.ts';
import type { Database } from '../database/open.ts';
import { LazyUnitOfWork } from '../database/unit-of-work.ts';
import { createExecutor, type Execute } from '../execution/index.ts';
import { excessOf } from '../graphql/answer-errors.ts';
import { executionBounds } from '../graphql/execution-bounds.ts';
import { describeErrors, refusedAsAWhole } from '../graphql/format-error.ts';
import { createTurns } from '../limits/turns.ts';
import type { RequestContext } from '../request/context.ts';
import type { CookieJar } from '../request/cookie-jar.ts';
import type { RequestPrincipal } from '../request/credentials.ts';
import type { ReportError } from '../request/error-report.ts';
import type { GuardFor } from './create-write-guards.ts';

export interface AnswerAsDeps {
  readonly config: Pick<Config, 'access' | 'answers'>;
  readonly database: Pick<Database, 'fork' | 'rows' | 'withinReadOnly'>;
  readonly guardFor: GuardFor;
  readonly report: ReportError;
  /** The guarded schema, which is asked for when it is there. */
  readonly schema: () => GraphQLSchema;
}

/** Plans are kept of few queries: each is parsed anew, and seldom asked for twice. */
const maxFields = 500;

/**
 * Creates what executes a query for a principal other than the one who asks: by the executor and the schema of every
 * operation, with a context that has no credential, session or cookies, and within a read-only transaction. Two at once:
 * each holds a connection, on which other requests wait.
 */
export function createAnswerAs({ config, database, guardFor, report, schema }: AnswerAsDeps): AnswerAs {
  const { tellRequired } = config.access;
  const bounds = executionBounds(config.answers);
  const turns = createTurns({
    concurrency: 2,
    maxWaiting: 20,
    maxWaitingOfCaller: 5,
    message: 'Too many results are shown at once. Try again shortly.',
  });
  let execute: Execute | undefined;

  return async (principal, { document, variables, operationName }, context) => {
    // Whatever EXECUTOR says: graphql-js alone knows no bounds, and the embedded database would wait for it.
    execute ??= createExecutor(schema(), { bounds, maxFields }).execute;
    const run = execute;
    const contextValue = new SimulatedContext(
      principal,
      context,
      beginUnitOfWork(
        database,
        guardFor(() => principal),
      ),
    );
    const args = { schema: schema(), document, contextValue, variableValues: variables, operationName };
    const { errors = [], data } = await turns(context, () => database.withinReadOnly(async () => run(args)));
    const { requestId } = context;
    const toldOf = (found: typeof errors) => describeErrors(found, { report, tellRequired, requestId }).formatted;
    const refused = refusedAsAWhole(errors, tellRequired);
    const told = refused ?? toldOf(errors);
    const result = { data: refused === null ? (data ?? null) : null, errors: told.length === 0 ? null : told };
    const excess = excessOf(result, config.answers.maxBytes);
    return asJson(excess === null ? result : { data: null, errors: toldOf([excess]) });
  };
}

const beginUnitOfWork = ({ fork, rows }: AnswerAsDeps['database'], guard: ReturnType<GuardFor>): LazyUnitOfWork =>
  new LazyUnitOfWork(
    () => fork(guard),
    // It waits for no turn of others: the embedded database serves nobody else meanwhile.
    () => rows(guard),
  );

/** Takes a result as the client of an operation reads it. */
const asJson = <T>(result: T): T => JSON.parse(JSON.stringify(result)) as T;

/** The context of a query that is executed for somebody who does not ask: there is no credential, and no cookie. */
class SimulatedContext implements RequestContext {
  readonly principal: RequestPrincipal;
  readonly credential = { source: 'none' } as const;
  readonly requestId: string;
  readonly ipAddress: string;
  readonly userAgent = null;
  readonly now: Date;
  readonly cookies = noCookies;
  readonly #asking: RequestContext;
  readonly #unitOfWork: LazyUnitOfWork;
  #isClientWaiting: () => boolean;

  constructor(principal: RequestPrincipal, asking: RequestContext, unitOfWork: LazyUnitOfWork) {
    this.principal = principal;
    this.requestId = asking.requestId;
    this.ipAddress = asking.ipAddress;
    this.now = asking.now;
    this.#asking = asking;
    this.#unitOfWork = unitOfWork;
    this.#isClientWaiting = () => asking.isClientWaiting?.() ?? true;
  }

  get em(): RequestContext['em'] {
    return this.#unitOfWork.em;
  }

  get rows(): RequestContext['rows'] {
    return this.#unitOfWork.rows;
  }

  renewUnitOfWork(): void {
    this.#unitOfWork.renew();
  }

  actAs(): never {
    throw new Error('Nobody signs in while a result is shown.');
  }

  onDisconnect(left: () => void): () => void {
    return this.#asking.onDisconnect?.(left) ?? (() => undefined);
  }

  isClientWaiting(): boolean {
    return this.#isClientWaiting();
  }

  setIsClientWaiting(isClientWaiting: () => boolean): void {
    this.#isClientWaiting = isClientWaiting;
  }
}

const refuseCookies = (): never => {
  throw new Error('No cookies are set while a result is shown.');
};

const noCookies: CookieJar = {
  get: () => undefined,
  set: refuseCookies,
  clear: refuseCookies,
  originAllowed: false,
  noteForeignOrigin: refuseCookies,
};
