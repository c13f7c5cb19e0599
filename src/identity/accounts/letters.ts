import type { Mail } from '../../mail/mail.ts';
import type { TokenPurpose } from './account-token.entity.ts';
import { lifetimeSeconds } from './account-tokens.ts';

interface Recipient {
  readonly email: string;
  readonly displayName?: string | null | undefined;
}

export type Letters = ReturnType<typeof createLetters>;

const linkTo = (publicUrl: string, path: string, token: string): string =>
  `${publicUrl}/${path}?token=${encodeURIComponent(token)}`;

/** Where an invitation is accepted. */
export const invitationLink = (publicUrl: string, token: string): string =>
  linkTo(publicUrl, 'accept-invitation', token);

/** Every mail about an account. Links come from PUBLIC_URL alone, never from the request (OWASP Forgot Password). */
export function createLetters(publicUrl: string) {
  const site = new URL(publicUrl).host;
  const link = (label: string, path: string, token: string): Mail['parts'][number] => ({
    label,
    url: linkTo(publicUrl, path, token),
  });
  const letter = (kind: string, to: Recipient, subject: string, parts: Mail['parts']): Mail => ({
    kind,
    to: to.email,
    subject,
    parts: [greeting(to.displayName), ...parts],
  });
  const ifNotYou = 'If it was not you, do nothing: without this link nothing happens.';
  const ifNotYouReset = 'If it was not you, ask for a new password at once: whoever has this mailbox can.';

  return {
    verification: (to: Recipient, token: string): Mail =>
      letter('verification', to, 'Confirm your e-mail address', [
        `Please confirm that this address belongs to your account at ${site}. You will be asked for your password.`,
        link('Confirm the address', 'verify-email', token),
        `The link is valid for ${lifetime('verification')}. ${ifNotYou}`,
      ]),

    registration: (to: Recipient, token: string): Mail =>
      letter('registration', to, 'Confirm your registration', [
        `Somebody, we hope you, registered this address at ${site}. Confirm it with the password that was chosen.`,
        link('Confirm the registration', 'verify-email', token),
        `The link is valid for ${lifetime('registration')}. ${ifNotYou}`,
      ]),

    knownAddress: (to: Recipient): Mail =>
      letter('known-address', to, 'You have an account already', [
        `Somebody, we hope you, tried to register this address at ${site}. It has an account already: sign in, or ask for a new password.`,
        'If it was not you, there is nothing to do.',
      ]),

    passwordReset: (to: Recipient, token: string): Mail =>
      letter('password-reset', to, 'Choose a new password', [
        `Somebody, we hope you, asked for a new password for your account at ${site}.`,
        link('Choose a new password', 'reset-password', token),
        `The link is valid for ${lifetime('reset')} and works once. ${ifNotYou}`,
      ]),

    invitation: (to: Recipient, token: string): Mail =>
      letter('invitation', to, 'You are invited', [
        `You are invited to have an account at ${site}.`,
        link('Accept the invitation', 'accept-invitation', token),
        `The link is valid for ${lifetime('invitation')} and works once.`,
      ]),

    emailChange: (to: Recipient, token: string): Mail =>
      letter('email-change', to, 'Confirm your new e-mail address', [
        `Please confirm that your account at ${site} is to have this address from now on. You will be asked for your password.`,
        link('Confirm the new address', 'verify-email', token),
        `The link is valid for ${lifetime('email-change')}. ${ifNotYou}`,
      ]),

    takenAddress: (to: Recipient): Mail =>
      letter('taken-address', to, 'This address has an account already', [
        `Somebody, we hope you, wanted to give this address to another account at ${site}. It has an account of its own already.`,
        'If it was not you, there is nothing to do.',
      ]),

    emailChangeNotice: (to: Recipient): Mail =>
      letter('email-change-notice', to, 'Your e-mail address is about to change', [
        `Somebody who is signed in to your account at ${site} asked to give it another address. Nothing changes before the new one is confirmed.`,
        'If it was not you, change your password now: that also stops the change.',
      ]),

    emailChanged: (to: Recipient): Mail =>
      letter('email-changed', to, 'Your e-mail address was changed', [
        `Your account at ${site} has another address from now on, and this one does not belong to it any more.`,
        'If it was not you, turn to those who run the service.',
      ]),

    accountClosed: (to: Recipient): Mail =>
      letter('account-closed', to, 'Your account was closed', [
        `Your account at ${site} was closed. Its sessions, keys and credentials are gone, and this address is free again.`,
      ]),

    passwordChanged: (to: Recipient): Mail =>
      letter('password-changed', to, 'Your password was changed', [
        `The password of your account at ${site} was changed, and every session but the one that changed it was ended.`,
        ifNotYouReset,
      ]),

    passwordWasReset: (to: Recipient): Mail =>
      letter('password-was-reset', to, 'You have a new password', [
        `A new password was chosen for your account at ${site} by a link that was sent to this address. Every session was ended: sign in with the new one.`,
        ifNotYouReset,
      ]),
  };
}

/** In whole days or hours. */
function lifetime(purpose: TokenPurpose): string {
  const hours = lifetimeSeconds[purpose] / 3600;
  if (hours > 24) return `${hours / 24} days`;
  return hours === 1 ? 'an hour' : `${hours} hours`;
}

/**
 * A name is greeted where it can be nothing but a name: strangers register other people's addresses, and a name such
 * as "You won: https://evil.example" would travel in a mail of ours.
 */
const greeting = (displayName: string | null | undefined): string =>
  displayName != null && harmlessName.test(displayName) ? `Hello ${displayName},` : 'Hello,';
const harmlessName = /^(?=.{1,40}$)[\p{L}\p{M}'’-]+\.?( [\p{L}\p{M}'’-]+\.?){0,4}$/u;
