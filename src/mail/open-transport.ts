import type { Config } from '../config/config.ts';
import type { MailTransport } from './transport.ts';

/** Opens the transport, loading its code only if mail is sent: it is a tenth of all the code there is. */
export async function openMailTransport({ from, to }: Config['mail']): Promise<MailTransport | null> {
  if (to === null) return null;
  const { createTransportTo } = await import('./transport.ts');
  return createTransportTo(to, from);
}
