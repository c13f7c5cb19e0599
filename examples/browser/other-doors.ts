import {
  beginEmailLogin,
  beginExternalLogin,
  completeExternalLogin,
  createClient,
  finishEmailLogin,
  type BegunExternalLogin,
} from 'sallyport/client';

const client = createClient({ url: '/graphql' });
const begunKey = 'begun-sign-in';

/** Answers the provider's URL, to be opened in this tab, where what was begun waits. */
export async function beginAt(provider: string, returnTo: string): Promise<string> {
  const begun = await beginExternalLogin(client, { provider, returnTo });
  sessionStorage.setItem(begunKey, JSON.stringify(begun));
  return begun.authorizationUrl;
}

/** Ends it on the page `returnTo`, whose URL tells what came of it. */
export async function comeBack(url: string) {
  const begun = JSON.parse(sessionStorage.getItem(begunKey) ?? '{}') as BegunExternalLogin;
  sessionStorage.removeItem(begunKey);
  const result = await completeExternalLogin(client, begun, url);
  return result.status === 'mfa-required' ? { challenge: result.challenge } : { name: result.user.displayName };
}

/** Mails a code, and answers what takes it: until it is right, or the mail is used up. */
export async function mailCode(email: string) {
  const begun = await beginEmailLogin(client, email);
  return (code: string) => finishEmailLogin(client, begun, { code });
}
