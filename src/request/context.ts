import type { EntityManager } from '@mikro-orm/postgresql';
import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '../authorization/index.ts';
import type { Rows } from '../database/rows/source.ts';
import type { CookieJar } from './cookie-jar.ts';
import type { RecognisedCredential, RequestPrincipal, SubscriptionCredential } from './credentials.ts';
import type { EventWork } from './event-work.ts';

/** The unit of work, in which a request reads and writes together. */
export interface UnitOfWork {
  /** Entities of this request alone, for what is written. */
  readonly em: EntityManager;
  /** Rows that are only read, remembered for as long as the unit of work lasts. */
  readonly rows: Rows;
  renew(): void;
}

/** The one value handed down: GraphQL's context. */
export interface RequestContext {
  /** The caller as it arrived; below a sign-in mutation `principalOf(info)` answers the one just signed in. */
  readonly principal: RequestPrincipal;
  readonly credential: Omit<RecognisedCredential, 'principal' | 'user'>;
  readonly em: EntityManager;
  readonly rows: Rows;
  /** Begins an empty unit of work, as each root field of a mutation does. */
  readonly renewUnitOfWork: () => void;
  /** Reads and writes for the principal who has just signed in. */
  readonly actAs: (principal: Principal) => void;
  readonly requestId: string;
  readonly ipAddress: string;
  /** The header, cut to 400 characters. */
  readonly userAgent: string | null;
  readonly now: Date;
  readonly cookies: CookieJar;
  /**
   * Calls back if the client disconnects, or completes its subscription, before its answer; returns the function that ends
   * the watch.
   */
  readonly onDisconnect?: (left: () => void) => () => void;
  /** Tells whether the client still waits for the answer. Queued work of one that has left is not begun. */
  readonly isClientWaiting?: () => boolean;
  /** Replaces `isClientWaiting`, once the execution knows when its answer is done. */
  readonly setIsClientWaiting?: (isClientWaiting: () => boolean) => void;
  /** Present in a subscription alone, whose `principal` and `em` change while it lives. */
  readonly subscriptionCredential?: SubscriptionCredential;
  /** Present in a subscription alone: its work on the event that is under way. */
  readonly eventWork?: EventWork;
}

/** The source of the present moment; tests move it by hand. */
export type Clock = () => Date;

/** A GraphQL request as the endpoint read it; `search` is the query string with its `?`. */
export interface GraphQLRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly search: string;
  readonly body: unknown;
}
