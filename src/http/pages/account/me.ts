import { Refusal } from '../refusal.ts';

/**
 * Returns the account of a page's query, with its id and the e-mail that its head shows.
 * @throws Refusal if the caller is anonymous.
 */
export function meOf<Me extends { readonly id: string; readonly email?: string | null }>(
  me: Me | null | undefined,
): { data: Me; id: string; email: string } {
  if (me == null) throw new Refusal({ message: '', extensions: { code: 'UNAUTHENTICATED' } });
  return { data: me, id: me.id, email: me.email ?? '' };
}
