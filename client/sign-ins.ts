import type { QueryOptions, TypedDocument } from './document.ts';
import { SallyportError } from './errors.ts';
import { CompleteMfa, Register, SignIn, SignOutEverywhere, type OutcomeFragment } from './generated/documents.ts';
import type { SessionLifecycle } from './session-lifecycle.ts';
import { bearer, type AnsweredTokens, type SessionUser } from './record.ts';
import type { StorageAdapter } from './store.ts';
import type { Wire } from './wire.ts';

export interface SignedIn {
  readonly status: 'signed-in';
  readonly user: SessionUser;
}

/** The account has a second factor: `completeMfa` answers the challenge. */
export interface MfaRequired {
  readonly status: 'mfa-required';
  readonly challenge: string;
  /** The factors that the account can prove, such as `TOTP`. */
  readonly methods: readonly string[];
  readonly expiresInSeconds: number;
  /** The options of `navigator.credentials.get`. */
  readonly passkeyOptions: unknown;
}

/** One of `code`, `recoveryCode` and `passkey`. */
export interface CompleteMfaInput {
  readonly challenge: string;
  readonly code?: string;
  readonly recoveryCode?: string;
  readonly passkey?: unknown;
  /** Spares this device the second factor for a while. */
  readonly trustDevice?: boolean;
}

/** The account comes into being once the link of a mail is followed; the answer is the same for a known e-mail. */
export interface ConfirmationSent {
  readonly status: 'confirmation-sent';
  readonly expiresInSeconds: number;
}

export interface SignInInput {
  readonly email: string;
  readonly password: string;
  /** A name for this device, to show in the list of sessions. */
  readonly device?: string;
  /** Narrows what the session may do. */
  readonly scopes?: readonly string[];
}

export interface RegisterInput {
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
}

export interface SignIns {
  readonly signIn: (input: SignInInput, options?: QueryOptions) => Promise<SignedIn | MfaRequired>;
  /** Ends a sign-in by a second factor. @throws INVALID_GRANT if the challenge cannot be answered any more. */
  readonly completeMfa: (input: CompleteMfaInput, options?: QueryOptions) => Promise<SignedIn>;
  readonly register: (input: RegisterInput) => Promise<SignedIn | ConfirmationSent>;
  /**
   * Signs out in all tabs at once, whatever the network; it rejects if the server could not be told. `everywhere` ends
   * the sessions on all devices, and does not sign out here before the server has done so.
   */
  readonly signOut: (options?: { readonly everywhere?: boolean }) => Promise<void>;
  /**
   * Sends a mutation whose one field signs in, such as `acceptInvitation`, and keeps the tokens if it answers some.
   * `delivery` is what its input is to ask for, `device` what proves a device that has signed in before; `authorized`
   * sends the present session's credential along. What a signal stops has signed nobody in here.
   */
  readonly enter: <Data extends object, Variables>(
    document: TypedDocument<Data, Variables>,
    variables: (delivery: Delivery, device: KnownDevice) => Variables,
    options?: QueryOptions & { readonly authorized?: boolean },
  ) => Promise<Data>;
}

export type Delivery = 'BODY' | 'COOKIE';

/** Empty for a device that has not signed in before, and with cookies, which tell it by themselves. */
export interface KnownDevice {
  readonly deviceToken?: string;
}

export interface SignInsDeps {
  readonly wire: Wire;
  readonly lifecycle: SessionLifecycle;
  readonly adapter: StorageAdapter;
  readonly key: string;
  readonly usesCookies: boolean;
  readonly query: <Data, Variables>(document: TypedDocument<Data, Variables>, variables: Variables) => Promise<Data>;
}

export function createSignIns({ wire, lifecycle, adapter, key, usesCookies, query }: SignInsDeps): SignIns {
  const deviceKey = `${key}-device`;

  const enter: SignIns['enter'] = async (document, variablesFor, { authorized = false, ...init } = {}) => {
    const authorization = authorized ? bearer(await lifecycle.usable()) : undefined;
    const headers = authorization === undefined ? {} : { authorization };
    const variables = variablesFor(usesCookies ? 'COOKIE' : 'BODY', await knownDevice());
    return lifecycle.enter(async () => {
      init.signal?.throwIfAborted();
      const answer = await wire.send(document, variables, init, headers).catch(async (error: unknown) => {
        // The browser keeps cookies as soon as it has the head of an answer, whatever is stopped then.
        const mayHaveCookies = init.signal?.aborted === true && usesCookies && lifecycle.present() === undefined;
        if (mayHaveCookies) await attempt(() => wire.logOut(null));
        // An answer that is cut off in the middle looks like a bad one.
        init.signal?.throwIfAborted();
        throw error;
      });
      const [found] = Object.values(answer) as [Partial<AnsweredTokens> & { readonly deviceToken?: string | null }];
      if (found.user === undefined) return { answer };
      if (found.deviceToken != null) await remember(found.deviceToken);
      return { answer, tokens: found as AnsweredTokens };
    });
  };

  /**
   * Keeps the token of this device. It outlives the session: a device that has signed in before keeps its own attempts
   * while strangers guess. Losing it costs no more than that.
   */
  async function remember(deviceToken: string): Promise<void> {
    await attempt(() => adapter.setItem(deviceKey, deviceToken));
  }

  async function knownDevice(): Promise<KnownDevice> {
    const deviceToken = usesCookies ? null : await attempt(() => adapter.getItem(deviceKey));
    return deviceToken == null ? {} : { deviceToken };
  }

  return {
    enter,
    async signIn({ scopes, ...input }, options) {
      const asked = { ...input, ...(scopes && { scopes: [...scopes] }) };
      const variables = (delivery: Delivery, device: KnownDevice) => ({ input: { ...asked, ...device, delivery } });
      const { login } = await enter(SignIn, variables, options);
      return outcomeOf(login);
    },
    completeMfa: async (input, options) => signedIn((await enter(CompleteMfa, () => ({ input }), options)).completeMfa),
    async register(input) {
      const { register } = await enter(Register, (delivery) => ({ input: { ...input, delivery } }));
      return register.__typename === 'ConfirmationSent'
        ? { status: 'confirmation-sent', expiresInSeconds: register.expiresIn }
        : signedIn(register);
    },
    async signOut({ everywhere = false } = {}) {
      if (everywhere) await query(SignOutEverywhere, {});
      await lifecycle.leave();
    },
  };
}

async function attempt<T>(work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

/** Returns the outcome of a sign-in that may ask for a second factor. @throws BAD_ANSWER */
export function outcomeOf(answer: OutcomeFragment): SignedIn | MfaRequired {
  if (answer.__typename !== 'MfaChallenge') return signedIn(answer);
  const { challenge, methods, expiresIn, passkeyOptions } = answer;
  return { status: 'mfa-required', challenge, methods, expiresInSeconds: expiresIn, passkeyOptions };
}

/** Returns the outcome of a sign-in. @throws BAD_ANSWER for an answer that this client does not know. */
export function signedIn(answer: Partial<AnsweredTokens> & { readonly __typename?: string }): SignedIn {
  if (answer.user === undefined) throw new SallyportError('BAD_ANSWER', 'The server answered no session.');
  return { status: 'signed-in', user: { ...answer.user, roles: answer.user.roles ?? [] } };
}
