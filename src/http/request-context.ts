import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, RequestContext, UnitOfWork } from '../request/context.ts';
import type { CookieJar } from '../request/cookie-jar.ts';
import type { CredentialStrategy, RequestPrincipal } from '../request/credentials.ts';
import { authenticate, type OnlyCredential } from './authenticate.ts';
import { userAgentOf } from './server/client.ts';
import { HttpCookieJar, presentedCookies } from './server/cookies.ts';
import { onDisconnect, type OnDisconnect } from './server/disconnect.ts';
import type { Origins } from './server/origins.ts';

/** The caller of an operation as it is now: a sign-in changes who it is. */
export interface OperationCaller {
  readonly principal: RequestPrincipal;
  readonly ipAddress: string;
  /** Tells whether it still waits for its answer. */
  readonly isClientWaiting: () => boolean;
}

type Changing<T> = { -readonly [Key in keyof T]: T[Key] };

/** Dependencies for authenticating a request. */
export interface RequestContextDeps {
  readonly strategies: readonly CredentialStrategy[];
  readonly origins: Origins;
  readonly clientIp: (request: IncomingMessage) => string;
  readonly networksOf: (ipAddress: string) => readonly string[];
  readonly secureCookies: boolean;
  readonly cookieSameSite: 'lax' | 'none';
  /**
   * Begins a unit of work for a caller, who may change while it lasts.
   * @param user The user who is signed in, if the credential brought the row.
   */
  readonly beginUnitOfWork: (caller: OperationCaller, user?: { readonly id: string }) => UnitOfWork;
  readonly clock: Clock;
  /** Called for a request with cookies that comes from a site which may not use them. */
  readonly onForeignOrigin: (provenance: RequestProvenance) => void;
}

/** The origin of a request that was refused before its caller was known. */
export interface RequestProvenance extends Pick<RequestContext, 'ipAddress' | 'now' | 'userAgent'> {
  readonly principal: { readonly kind: 'anonymous' };
  readonly requestId: string | null;
}

export interface RequestContextParts {
  readonly cookies: CookieJar;
  readonly credential: OnlyCredential;
  readonly requestId: string;
}

/** Creates the context of a request, for every endpoint. */
export function createRequestContexts(deps: RequestContextDeps) {
  function openCookies(request: IncomingMessage, response: ServerResponse, requestId: string | null): CookieJar {
    const originAllowed = deps.origins.isAllowed(request.headers.origin);
    const { secureCookies: secure, cookieSameSite: sameSite } = deps;
    const noteForeignOrigin = (): void =>
      deps.onForeignOrigin({
        principal: { kind: 'anonymous' },
        now: deps.clock(),
        ipAddress: deps.clientIp(request),
        userAgent: userAgentOf(request),
        requestId,
      });
    return new HttpCookieJar(request, response, { secure, sameSite, originAllowed, noteForeignOrigin });
  }

  /** @throws UNAUTHENTICATED if the credential is invalid. */
  const create = (request: IncomingMessage, facts: RequestContextParts): Promise<RequestContext> =>
    createWith(request, { ...facts, cookiesPresented: presentedCookies(facts.cookies) });

  /**
   * Creates the context of a request whose credentials do not count, such as one that another site has a browser send.
   */
  const createAnonymous = (
    request: IncomingMessage,
    facts: Omit<RequestContextParts, 'credential'>,
  ): Promise<RequestContext> => createWith(request, { ...facts, credential: noCredential, cookiesPresented: {} });

  async function createWith(
    request: IncomingMessage,
    facts: RequestContextParts & { readonly cookiesPresented: ReturnType<typeof presentedCookies> },
  ): Promise<RequestContext> {
    const { cookies, cookiesPresented, requestId } = facts;
    const now = deps.clock();
    const ipAddress = deps.clientIp(request);
    const userAgent = userAgentOf(request);
    const presented = {
      ...facts.credential,
      cookies: cookiesPresented,
      factorCode: factorCodeOf(request),
      ipAddress,
      now,
      requestId,
      userAgent,
    };
    const { principal: recognised, user, ...credential } = await authenticate(deps.strategies, presented, cookies);
    const principal = { ...recognised, networks: deps.networksOf(ipAddress) };
    const caller: Changing<OperationCaller> = { principal, ipAddress, isClientWaiting: () => true };
    return new HttpContext(
      {
        principal,
        credential,
        requestId,
        ipAddress,
        userAgent,
        now,
        cookies,
        onDisconnect: onDisconnect(request.socket),
      },
      deps.beginUnitOfWork(caller, user),
      caller,
    );
  }

  return { openCookies, create, createAnonymous };
}

const noCredential: OnlyCredential = { authorization: undefined, apiKey: undefined, queryKey: undefined };

/** Returns the code of a second factor that comes with this one request; an empty header is none. */
const factorCodeOf = ({ headers }: IncomingMessage): string | undefined =>
  headers['x-totp-code']?.toString() || undefined;

type Facts = Omit<
  RequestContext,
  | 'em'
  | 'rows'
  | 'renewUnitOfWork'
  | 'actAs'
  | 'isClientWaiting'
  | 'setIsClientWaiting'
  | 'subscriptionCredential'
  | 'eventWork'
> & {
  readonly onDisconnect: OnDisconnect;
};

/**
 * The context of a request. Apollo copies a context's own properties and keeps its prototype, so accessors for what
 * changes while an operation runs stand there.
 */
class HttpContext implements RequestContext {
  readonly principal: Facts['principal'];
  readonly credential: Facts['credential'];
  readonly requestId: string;
  readonly ipAddress: string;
  readonly userAgent: string | null;
  readonly now: Date;
  readonly cookies: CookieJar;
  readonly onDisconnect: OnDisconnect;
  readonly unitOfWork: UnitOfWork;
  /** The caller for whom the unit of work reads and writes; a sign-in changes it. */
  readonly caller: Changing<OperationCaller>;

  constructor(facts: Facts, unitOfWork: UnitOfWork, caller: Changing<OperationCaller>) {
    this.principal = facts.principal;
    this.credential = facts.credential;
    this.requestId = facts.requestId;
    this.ipAddress = facts.ipAddress;
    this.userAgent = facts.userAgent;
    this.now = facts.now;
    this.cookies = facts.cookies;
    this.onDisconnect = facts.onDisconnect;
    this.unitOfWork = unitOfWork;
    this.caller = caller;
  }

  get em(): UnitOfWork['em'] {
    return this.unitOfWork.em;
  }

  get rows(): UnitOfWork['rows'] {
    return this.unitOfWork.rows;
  }

  renewUnitOfWork(): void {
    this.unitOfWork.renew();
  }

  actAs(principal: RequestPrincipal): void {
    this.caller.principal = principal;
  }

  isClientWaiting(): boolean {
    return this.caller.isClientWaiting();
  }

  setIsClientWaiting(isClientWaiting: () => boolean): void {
    this.caller.isClientWaiting = isClientWaiting;
  }
}
