import type { Form } from '../page.ts';

const prefix = 'carried.';
const lost = 'carried-secrets';
/** These are never written into a page. */
const secrets: readonly string[] = ['currentPassword', 'newPassword', 'password', 'code', 'recoveryCode'];

const isSecret = (name: string): boolean => secrets.includes(name);

export const withoutSecrets = (form: Form): Array<[string, string]> => [...form].filter(([name]) => !isSecret(name));

/** Returns the hidden fields that keep a form while its sender signs in or proves who it is. */
export function carriedOf(form: Form): Record<string, string> {
  const kept = withoutSecrets(form);
  return {
    ...Object.fromEntries(kept.map(([name, value]) => [prefix + name, value])),
    ...(kept.length < form.size ? { [lost]: 'on' } : {}),
  };
}

/** Returns the form that was kept, and whether all of it was. */
export function resume(sent: Form): { form: Form; isComplete: boolean } {
  const carried = [...sent].filter(([name]) => name.startsWith(prefix));
  return {
    form: new Map(carried.map(([name, value]) => [name.slice(prefix.length), value])),
    isComplete: !sent.has(lost),
  };
}
