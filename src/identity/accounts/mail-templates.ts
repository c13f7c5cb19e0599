import type { Mail } from '../../mail/mail.ts';
import type { TokenPurpose } from './account-token.entity.ts';
import { lifetimeSeconds } from './single-use-tokens.ts';

interface Recipient {
  readonly email: string;
  readonly displayName?: string | null | undefined;
}

interface NewSignIn {
  readonly at: Date;
  /** Browser and system, in words of ours. */
  readonly client: string;
  readonly ipAddress: string;
}

export type MailTemplates = ReturnType<typeof createMailTemplates>;

/** The pages to which links in mails lead: of this server, or of a web app of its own. */
export const mailedPages = [
  'verify-email',
  'reset-password',
  'accept-invitation',
  'confirm-email-change',
  'revert-email-change',
  'email-login',
] as const;
type MailedPage = (typeof mailedPages)[number];

const linkTo = (base: string, page: MailedPage, token: string): string =>
  `${base}/${page}?token=${encodeURIComponent(token)}`;

/** Returns the URL at which an invitation is accepted. */
export const invitationLink = (base: string, token: string): string => linkTo(base, 'accept-invitation', token);

/** Every mail about an account. Links come from settings alone, never from the request (OWASP Forgot Password). */
export function createMailTemplates(linkBase: string) {
  const site = new URL(linkBase).host;
  const link = (label: string, page: MailedPage, token: string): Mail['parts'][number] => ({
    label,
    url: linkTo(linkBase, page, token),
  });
  const mail = (kind: string, to: Recipient, subject: string, parts: Mail['parts']): Mail => ({
    kind,
    to: to.email,
    subject,
    parts: [greeting(to.displayName), ...parts],
  });
  const ifNotYou = 'If it was not you, do nothing: without this link nothing happens.';
  const ifNotYouReset = 'If it was not you, ask for a new password at once, by a link to this mailbox.';

  const ifNotYouFactor =
    'If it was not you, another person may be signed in to your account: change your password now, which ends every session.';

  return {
    verification: (to: Recipient, token: string): Mail =>
      mail('verification', to, 'Confirm your e-mail address', [
        `Please confirm that this e-mail address belongs to your account at ${site}. You will be asked for your password.`,
        link('Confirm the e-mail address', 'verify-email', token),
        `The link is valid for ${lifetime('verification')}. ${ifNotYou}`,
      ]),

    registration: (to: Recipient, token: string): Mail =>
      mail('registration', to, 'Confirm your registration', [
        `This e-mail address was registered at ${site}. If it was you, confirm it with the password that you chose.`,
        link('Confirm the registration', 'verify-email', token),
        `The link is valid for ${lifetime('registration')}. ${ifNotYou}`,
      ]),

    knownEmail: (to: Recipient): Mail =>
      mail('known-address', to, 'You have an account already', [
        `There was an attempt to register this e-mail address at ${site}. It has an account already: sign in, or ask for a new password.`,
        'If it was not you, there is nothing to do.',
      ]),

    passwordReset: (to: Recipient, token: string): Mail =>
      mail('password-reset', to, 'Choose a new password', [
        `We were asked for a new password for your account at ${site}.`,
        link('Choose a new password', 'reset-password', token),
        `The link is valid for ${lifetime('reset')} and works once. ${ifNotYou}`,
      ]),

    invitation: (to: Recipient, token: string): Mail =>
      mail('invitation', to, 'You are invited', [
        `You are invited to have an account at ${site}.`,
        link('Accept the invitation', 'accept-invitation', token),
        `The link is valid for ${lifetime('invitation')} and works once.`,
      ]),

    emailChange: (to: Recipient, token: string): Mail =>
      mail('email-change', to, 'Confirm your new e-mail address', [
        `Please confirm that your account at ${site} is to have this e-mail address from now on. You will be asked for your password.`,
        link('Confirm the new e-mail address', 'confirm-email-change', token),
        `The link is valid for ${lifetime('email-change')}. ${ifNotYou}`,
      ]),

    takenEmail: (to: Recipient): Mail =>
      mail('taken-address', to, 'This e-mail address has an account already', [
        `There was an attempt to give this e-mail address to another account at ${site}. It has an account of its own already.`,
        'If it was not you, there is nothing to do.',
      ]),

    emailChangeNotice: (to: Recipient): Mail =>
      mail('email-change-notice', to, 'Your e-mail address is about to change', [
        `We were asked, from a session of your account at ${site}, to change its e-mail address. Nothing changes before the new one is confirmed.`,
        'If it was not you, change your password now: that also stops the change.',
      ]),

    /** @param token Null if this e-mail cannot take the change back. */
    emailChanged: (to: Recipient, token: string | null): Mail =>
      mail('email-changed', to, 'Your e-mail address was changed', [
        `Your account at ${site} has another e-mail address from now on, and this one does not belong to it any more.`,
        ...(token === null
          ? ['If it was not you, turn to those who run the service.']
          : [
              `If it was not you, take the change back: that ends every session, and removes what was added to the account since.`,
              link('Take the change back', 'revert-email-change', token),
              `The link is valid for ${lifetime('email-revert')} and works once.`,
            ]),
      ]),

    emailChangeReverted: (to: Recipient, token: string): Mail =>
      mail('email-change-reverted', to, 'Your e-mail address is yours again', [
        `The change of the e-mail address of your account at ${site} was taken back. Every session was ended. The person who made the change may know your password: choose a new one now.`,
        link('Choose a new password', 'reset-password', token),
        `The link is valid for ${lifetime('reset')} and works once.`,
      ]),

    accountClosed: (to: Recipient): Mail =>
      mail('account-closed', to, 'Your account was closed', [
        `Your account at ${site} was closed. Its sessions, keys and credentials are gone, and this e-mail address is free again.`,
      ]),

    passwordChanged: (to: Recipient, activeKeys: number): Mail =>
      mail('password-changed', to, 'Your password was changed', [
        `The password of your account at ${site} was changed, and every session but the one that changed it was ended.`,
        ...keysLiveOn(activeKeys),
        ifNotYouReset,
      ]),

    emailLogin: (to: Recipient, { code, token }: { readonly code: string; readonly token: string }): Mail =>
      mail('email-login', to, 'Your code to sign in', [
        `This code signs you in at ${site}, on the device on which you asked for it. Do not tell it to anyone.`,
        `${code.slice(0, 3)} ${code.slice(3)}`,
        'Or open this link on the same device:',
        link('Sign in', 'email-login', token),
        'The code and the link are valid for ten minutes and work once. If it was not you, do nothing: without them nothing happens.',
      ]),

    identityLinked: (to: Recipient, provider: string): Mail =>
      mail('identity-linked', to, 'A way to sign in was added', [
        `Your account at ${site} can be signed in to with ${provider} from now on.`,
        ifNotYouFactor,
      ]),

    identityUnlinked: (to: Recipient, provider: string): Mail =>
      mail('identity-unlinked', to, 'A way to sign in was removed', [
        `Your account at ${site} cannot be signed in to with ${provider} any more.`,
        ifNotYouFactor,
      ]),

    newSignIn: (to: Recipient, { at, client, ipAddress }: NewSignIn): Mail =>
      mail('new-sign-in', to, 'A sign-in on a new device', [
        `There was a sign-in to your account at ${site} on a device that was not seen there before: ${client}, IP address ${ipAddress}, at ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
        ifNotYouFactor,
      ]),

    apiKeyCreated: (to: Recipient, prefix: string): Mail =>
      mail('api-key-created', to, 'An API key was made', [
        `An API key, ${prefix}, was made for your account at ${site}. Anyone who has it can act in your name.`,
        'If it was not you, revoke the key and change your password now: another person may be signed in to your account.',
      ]),

    rolesChanged: (to: Recipient, roles: readonly string[]): Mail =>
      mail('roles-changed', to, 'Your roles were changed', [
        `An administrator changed the roles of your account at ${site}. They are now: ${roles.length === 0 ? 'none' : roles.join(', ')}.`,
        'If you did not expect it, turn to those who run the service.',
      ]),

    factorEnrolled: (to: Recipient): Mail =>
      mail('factor-enrolled', to, 'A second factor was added', [
        `A second factor was added to your account at ${site}: signing in asks for it from now on.`,
        ifNotYouFactor,
      ]),

    factorReplaced: (to: Recipient): Mail =>
      mail('factor-replaced', to, 'Your second factor was replaced', [
        `The second factor of your account at ${site} was replaced: the former one is not accepted any more.`,
        ifNotYouFactor,
      ]),

    factorRemoved: (to: Recipient): Mail =>
      mail('factor-removed', to, 'A second factor was removed', [
        `A second factor of your account at ${site} was removed.`,
        ifNotYouFactor,
      ]),

    factorsReset: (to: Recipient, remaining: 'mailbox' | 'password'): Mail =>
      mail('factors-reset', to, 'Your second factors were removed by an administrator', [
        remaining === 'password'
          ? `An administrator removed every second factor of your account at ${site}: your password alone signs you in. Add a new one soon.`
          : `An administrator removed your password, second factors and every other way to sign in to your account at ${site}. To go on, say that you have forgotten your password, and set a new one.`,
        'If you did not ask for it, change your password and turn to those who run the service.',
      ]),

    recoveryCodeUsed: (to: Recipient): Mail =>
      mail('recovery-code-used', to, 'A recovery code was used', [
        `A recovery code was used to sign in to your account at ${site}, or to confirm something there. It is used up now.`,
        ifNotYouFactor,
      ]),

    recoveryCodesRenewed: (to: Recipient): Mail =>
      mail('recovery-codes-renewed', to, 'You have new recovery codes', [
        `New recovery codes were made for your account at ${site}: the former ones are not accepted any more.`,
        ifNotYouFactor,
      ]),

    passwordWasReset: (to: Recipient, activeKeys: number): Mail =>
      mail('password-was-reset', to, 'You have a new password', [
        `A new password was chosen for your account at ${site} by a link that was sent to this e-mail address. Every session was ended: sign in with the new one.`,
        ...keysLiveOn(activeKeys),
        ifNotYouReset,
      ]),
  };
}

/** Says that a new password ended no API keys, if there are any. */
function keysLiveOn(count: number): Mail['parts'] {
  if (count === 0) return [];
  const which = count === 1 ? 'One API key of the account still works' : `${count} API keys of the account still work`;
  return [`${which}: revoke those that you do not know.`];
}

/** Says how long a link is valid, in whole days or hours. */
function lifetime(purpose: TokenPurpose): string {
  const hours = lifetimeSeconds[purpose] / 3600;
  if (hours > 24) return `${hours / 24} days`;
  return hours === 1 ? 'an hour' : `${hours} hours`;
}

/**
 * Greets by name if it can be nothing but a name: strangers register other people's e-mails, and a name such
 * as "You won: https://evil.example" would travel in a mail of ours.
 */
const greeting = (displayName: string | null | undefined): string =>
  displayName != null && harmlessName.test(displayName) ? `Hello ${displayName},` : 'Hello,';
const harmlessName = /^(?=.{1,40}$)[\p{L}\p{M}'’-]+\.?( [\p{L}\p{M}'’-]+\.?){0,4}$/u;
