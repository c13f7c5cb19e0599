import { getDirective, mapSchema, MapperKind } from '@graphql-tools/utils';
import { defaultFieldResolver, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';
import { getGraphQLRateLimiter, Store } from 'graphql-rate-limit';
import ms, { type StringValue } from 'ms';
import { AppError } from '../errors.ts';
import { addressKey } from '../limits/address-key.ts';
import type { Budget, Consumed, CreateLimiter, Limiter, WithinBudget } from '../limits/limiter.ts';
import { finishAttempt } from '../limits/finish-attempt.ts';
import type { RequestScope } from '../request.ts';

interface RateLimit {
  readonly max: number;
  readonly window: string;
  readonly identityArgs?: readonly string[];
  readonly message?: string;
  readonly onlyFailures: boolean;
}

/**
 * Enforces `@rateLimit`: each execution of the field takes one point from the budget of its caller's address, aliases
 * and several operations at once included. Put under the guards, so that what is refused anyway is not counted.
 */
export const withRateLimits = (schema: GraphQLSchema, createLimiter: CreateLimiter): GraphQLSchema =>
  mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field, fieldName, typeName) => {
      const limits = getDirective(schema, field, 'rateLimit') as RateLimit[] | undefined;
      if (limits === undefined) return undefined;
      const gates = limits.map((limit) => createGate(limit, `${typeName}.${fieldName}`, createLimiter));
      const { resolve = defaultFieldResolver } = field;
      return {
        ...field,
        async resolve(parent, args, scope: RequestScope, info) {
          const resolved: Resolve = async () => resolve(parent, args, scope, info);
          return gates.reduceRight<Resolve>((next, gate) => () => gate(args, scope, info, next), resolved)();
        },
      };
    },
  });

/**
 * The budget that `@rateLimit` gives a root field of mutations, for another door to the same thing: whoever tries both
 * has no more attempts than by one.
 * @throws RATE_LIMITED, when used, where nothing is left.
 */
export function createSharedBudget(
  schema: GraphQLSchema,
  fieldName: string,
  createLimiter: CreateLimiter,
): WithinBudget {
  const field = schema.getMutationType()?.getFields()[fieldName];
  const limits = field === undefined ? [] : ((getDirective(schema, field, 'rateLimit') ?? []) as RateLimit[]);
  const [limit] = limits;
  if (limit === undefined || limits.length > 1 || limit.identityArgs !== undefined) {
    throw new Error(`Mutation.${fieldName} has no one @rateLimit that counts by address alone.`);
  }
  const limiter = createLimiter(budgetOf(limit, `Mutation.${fieldName}`));
  return async (address, job) => {
    const attempt = new Attempt(limiter, limit.onlyFailures);
    const identity = { contextIdentity: addressKey(address), fieldIdentity: fieldName };
    const taken = await attempt.getForIdentity(identity);
    if (taken.length >= limit.max) throw attempt.refusal(messageOf(limit));
    return attempt.finish(job);
  };
}

type Resolve = () => Promise<unknown>;

type Gate = (
  args: Record<string, unknown>,
  scope: RequestScope,
  info: GraphQLResolveInfo,
  field: Resolve,
) => Promise<unknown>;

/** One directive: takes a point, or throws, before the field is resolved. */
function createGate(limit: RateLimit, coordinate: string, createLimiter: CreateLimiter): Gate {
  const limiter = createLimiter(budgetOf(limit, coordinate));

  return async (args, scope, info, field) => {
    const attempt = new Attempt(limiter, limit.onlyFailures);
    const decide = getGraphQLRateLimiter({ store: attempt, identifyContext: ({ ip }: RequestScope) => addressKey(ip) });
    const refusal = await decide(
      { parent: undefined, args, context: scope, info },
      { ...limit, message: messageOf(limit) },
    );
    if (refusal !== undefined) throw attempt.refusal(refusal);
    return attempt.finish(field);
  };
}

function budgetOf(limit: RateLimit, coordinate: string): Budget {
  const windowMs = ms(limit.window as StringValue);
  if (typeof windowMs !== 'number' || windowMs < 1000 || limit.max < 1) {
    throw new Error(
      `@rateLimit on ${coordinate}: expected \`max\` from 1 and a window such as "15m", of at least a second.`,
    );
  }
  const name = `${coordinate}:${limit.max}:${limit.window}`;
  return { name, points: limit.max, windowSeconds: Math.round(windowMs / 1000) };
}

const messageOf = ({ message }: RateLimit): string => message ?? 'Too many attempts. Try again later.';

/**
 * One call as the library's store: reading takes the point, atomically, and answers as many timestamps of now as points
 * were taken before; there is nothing left to write. (The library's own stores read, then write, and let a burst pass.)
 */
class Attempt extends Store {
  readonly #limiter: Limiter;
  readonly #onlyFailures: boolean;
  #key = '';
  #consumed: Consumed = { before: 0, retryAfterSeconds: 1 };

  constructor(limiter: Limiter, onlyFailures: boolean) {
    super();
    this.#limiter = limiter;
    this.#onlyFailures = onlyFailures;
  }

  override async getForIdentity({ contextIdentity, fieldIdentity }: Identity): Promise<number[]> {
    this.#key = `${contextIdentity}:${fieldIdentity}`;
    const { beginAttempt, consume } = this.#limiter;
    this.#consumed = await (this.#onlyFailures ? beginAttempt(this.#key) : consume(this.#key));
    // No more than decide: a budget that is overdrawn a thousandfold must not cost a thousandfold.
    const taken = Math.min(this.#consumed.before, this.#limiter.points);
    return Array.from({ length: taken }, () => Date.now());
  }

  override setForIdentity(): void {}

  refusal(message: string): AppError {
    return new AppError('RATE_LIMITED', message, { retryAfterSeconds: this.#consumed.retryAfterSeconds });
  }

  /** Does what the point was taken for; where failures alone count, one that succeeds gets it back. */
  finish<T>(job: () => Promise<T>): Promise<T> {
    return this.#onlyFailures ? finishAttempt(this.#limiter, this.#key, job) : job();
  }
}

type Identity = Parameters<Store['getForIdentity']>[0];
