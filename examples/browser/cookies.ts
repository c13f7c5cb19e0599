import { createClient, type SallyportError } from 'sallyport/client';

/** One for the page. Tokens are in cookies that no script can read, so the page's origin must be the API's, or one of CORS_ORIGINS. */
export const client = createClient({ url: '/graphql' });

/** Shows at once what this browser remembers, and every change, in whatever tab it came about. */
export function follow(show: (name: string | undefined) => void): void {
  const render = (): void => {
    const session = client.session.get();
    show(session.status === 'signed-in' ? session.user.displayName : undefined);
  };
  client.session.subscribe(render);
  render();
  client.session.load().catch(() => undefined);
}

/** Answers what to tell the user, or the challenge that is to be answered next. */
export async function signIn(email: string, password: string) {
  try {
    const result = await client.signIn({ email, password });
    return result.status === 'mfa-required' ? { challenge: result.challenge } : { done: true };
  } catch (error) {
    return { message: messages[(error as SallyportError).code] ?? 'Please try again later.' };
  }
}

const messages: Readonly<Record<string, string>> = {
  INVALID_CREDENTIALS: 'This e-mail address and password do not belong together.',
  RATE_LIMITED: 'Too many tries. Wait for a while.',
  NETWORK_FAILED: 'There is no connection.',
};
