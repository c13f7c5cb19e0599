import type { Config } from '../config.ts';
import type { MailTransport } from './transport.ts';

/** Loaded where mail is sent, and nowhere else: it is a tenth of all the code there is. */
export async function openMailTransport({ from, to }: Config['mail']): Promise<MailTransport | null> {
  if (to === null) return null;
  const { createTransportTo } = await import('./transport.ts');
  return createTransportTo(to, from);
}
