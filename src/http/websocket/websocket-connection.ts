import { AppError } from '../../errors.ts';
import type { RequestContext } from '../../request/context.ts';
import type { CookieJar } from '../../request/cookie-jar.ts';
import type { PresentedCredentials, RecognisedCredential, SubscriptionCredential } from '../../request/credentials.ts';
import { endedCredential } from '../../request/ended-credential.ts';
import { createEventWork } from '../../request/event-work.ts';
import { recognise } from '../authenticate.ts';
import type { RequestContextDeps } from '../request-context.ts';
import { closeCodes } from './close-codes.ts';

export interface Connection extends SubscriptionCredential {
  /** The context of one subscription on this connection, whose principal is the connection's, now. */
  readonly context: () => RequestContext;
  /** The user whose credential opened it; undefined for anonymous. */
  readonly userId: string | undefined;
  /** Tells whether an event about this id may end its credential. */
  readonly concerns: (id: string) => boolean;
  readonly end: () => void;
}

export type ConnectionDeps = Pick<RequestContextDeps, 'strategies' | 'networksOf' | 'beginUnitOfWork' | 'clock'>;

export interface ConnectionFacts {
  readonly presented: Omit<PresentedCredentials, 'now' | 'requestId' | 'userAgent'>;
  readonly requestId: string;
  readonly userAgent: string | null;
  readonly close: (code: number, reason: string) => void;
}

/**
 * Opens a connection for a credential. It lives as long as the credential counts and its rights stay the same.
 * @throws UNAUTHENTICATED if the credential is invalid or has ended.
 */
export async function openConnection(deps: ConnectionDeps, facts: ConnectionFacts): Promise<Connection> {
  const { presented, requestId, userAgent, close } = facts;
  let isOver = false;
  let current = await look();
  if (current.ended !== undefined) throw endedCredential(current.ended);
  const granted = rightsText(current);
  const timer = expiryTimer(current, deps.clock(), () => close(closeCodes.refused, 'The access token has expired.'));

  async function look(): Promise<RecognisedCredential> {
    const recognised = await recognise(deps.strategies, { ...presented, requestId, userAgent, now: deps.clock() });
    return { ...recognised, principal: { ...recognised.principal, networks: deps.networksOf(presented.ipAddress) } };
  }

  async function renew(): Promise<boolean> {
    try {
      current = await look();
      if (rightsText(current) === granted) return true;
      close(closeCodes.refused, 'The session has ended, or its rights have changed.');
    } catch (error) {
      const isBad = error instanceof AppError && error.code === 'UNAUTHENTICATED';
      close(isBad ? closeCodes.refused : closeCodes.unavailable, isBad ? error.message : 'Try again later.');
    }
    return false;
  }

  /** One look for each event, however many subscriptions of this connection deliver it. */
  let latest: { readonly event: object; readonly renewal: Promise<boolean> } | undefined;

  function renewFor(event?: object): Promise<boolean> {
    if (event === undefined) return renew();
    if (latest?.event !== event) latest = { event, renewal: renew() };
    return latest.renewal;
  }

  const context = (): RequestContext => {
    /** False once the execution of an event has ended; the client waits for the next one when it comes. */
    let isEventUnderWay = (): boolean => true;
    const eventWork = createEventWork();
    const isClientWaiting = (): boolean => !isOver && !eventWork.hasLeft() && isEventUnderWay();
    const unit = deps.beginUnitOfWork({
      get principal() {
        return current.principal;
      },
      ipAddress: presented.ipAddress,
      isClientWaiting,
    });
    return {
      get principal() {
        return current.principal;
      },
      get em() {
        return unit.em;
      },
      get rows() {
        return unit.rows;
      },
      renewUnitOfWork: () => unit.renew(),
      // No subscription signs in.
      actAs: () => undefined,
      get now() {
        return deps.clock();
      },
      credential: { source: current.source },
      requestId,
      ipAddress: presented.ipAddress,
      isClientWaiting,
      eventWork,
      onDisconnect: eventWork.onLeave,
      setIsClientWaiting: (isWaiting) => void (isEventUnderWay = isWaiting),
      userAgent,
      cookies: noCookies,
      subscriptionCredential: {
        async renew(event) {
          isEventUnderWay = () => true;
          eventWork.begin();
          unit.renew();
          return renewFor(event);
        },
      },
    };
  };

  const userId = 'userId' in current.principal ? (current.principal.userId ?? undefined) : undefined;
  const { endedBy = [] } = current;

  return {
    context,
    renew: renewFor,
    userId,
    concerns: (id) => id === userId || endedBy.includes(id),
    end() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

/** Describes who the caller is and what it may do: a change of either ends the connection. */
function rightsText({ principal, ended }: RecognisedCredential): string {
  const { kind, ...rest } = principal;
  const { id = '', roles = [], scopes = [] } = 'id' in rest ? rest : {};
  return JSON.stringify([ended !== undefined, kind, id, roles.toSorted(), scopes.toSorted()]);
}

const maxTimerMs = 2 ** 31 - 1;

function expiryTimer({ expiresAt }: RecognisedCredential, now: Date, onExpiry: () => void): NodeJS.Timeout | undefined {
  if (expiresAt === undefined) return undefined;
  return setTimeout(onExpiry, Math.min(maxTimerMs, Math.max(0, expiresAt.getTime() - now.getTime()))).unref();
}

/** A WebSocket cannot set cookies. */
const noCookies: CookieJar = {
  originAllowed: false,
  noteForeignOrigin: () => undefined,
  get: () => undefined,
  set: () => undefined,
  clear: () => undefined,
};
