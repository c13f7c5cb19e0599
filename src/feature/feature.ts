import type { AnyEntity, EntityClass } from '@mikro-orm/core';
import type { IResolvers } from '@graphql-tools/utils';
import type { Recorder } from '../audit/record.ts';
import type { BoundPolicies, NamedPolicy, Policy, Principal } from '../authorization/index.ts';
import type { Config } from '../config/config.ts';
import type { Rows } from '../database/rows/source.ts';
import type { EventStream } from '../events/event-stream.ts';
import type { PublishEvent } from '../events/open-events.ts';
import type { Job } from '../jobs/job.ts';
import type { CreateLimiter } from '../limits/limiter.ts';
import type { InTurn } from '../limits/turns.ts';
import type { RequestContext } from '../request/context.ts';

/**
 * Dependencies that every feature may ask for. One that needs more names it in a type of its own, and `app` hands it
 * in.
 */
export interface FeatureDeps<Policies extends readonly Policy[] = readonly []> {
  /** Bound to the roles: `policies.Article.where('read', principal)`. A feature names the policies that it asks. */
  readonly policies: BoundPolicies<Policies>;
  readonly publishEvent: PublishEvent;
  readonly eventStream: EventStream;
  readonly recorder: Recorder;
  /** The turns of what looks through whole tables. */
  readonly searches: InTurn;
  readonly createLimiter: CreateLimiter;
}

/** Dependencies that the jobs of a feature may ask for. */
export interface JobDeps {
  readonly config: Config;
}

/** A type that `node` finds. `load` returns the row to any caller: the type's own rules judge it. */
export interface NodeType {
  readonly table: string;
  readonly load: (rows: Rows, id: string) => Promise<object | null>;
  /** The columns that find the row, if `id` alone would look through every partition. */
  readonly keyOf?: (id: string) => Readonly<Record<string, unknown>>;
}

/** Finds what `search` returns of one type: readable rows that contain the text, newest first. */
export type SearchSource = (
  context: RequestContext,
  principal: Principal,
  text: string,
  first: number,
) => Promise<Array<{ id: string }>>;

/**
 * One domain as a value. The list in `app/features.ts` names the features; the tables of the ORM, the policies and
 * rules of the engine, `node`, `search`, the jobs and the property test of the policies derive from it.
 */
export interface Feature<Deps = FeatureDeps, Jobs = JobDeps> {
  readonly entities?: ReadonlyArray<EntityClass<AnyEntity>>;
  readonly policies?: readonly Policy[];
  /** The rules by the names that `@access(anyOf: [{ rule: … }])` gives them. */
  readonly rules?: Readonly<Record<string, NamedPolicy>>;
  /**
   * The reason for which everything that its mutations write is the system's own work, if it is: no policy of rows is
   * asked about it. Without it, each row of a type with a policy is.
   */
  readonly systemWork?: string;
  /** The types that `node` finds, by the names of their GraphQL types. */
  readonly nodeTypes?: Readonly<Record<string, NodeType>>;
  readonly searchSource?: (deps: Pick<Deps, 'policies' & keyof Deps>) => SearchSource;
  readonly jobs?: (deps: Jobs) => readonly Job[];
  readonly create?: (deps: Deps) => IResolvers | IResolvers[];
}
