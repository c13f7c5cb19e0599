import { revokesApiKeys } from '../account-fields.ts';
import { form, type Tried } from '../form.ts';
import {
  BeginPasskeyRegistration,
  BeginTotpEnrolment,
  ChangePassword,
  ConfirmTotpEnrolment,
  DisableTotp,
  FinishPasskeyRegistration,
  RegenerateRecoveryCodes,
  RemovePasskey,
  RenamePasskey,
  RevokeTrustedDevice,
  UnlinkExternalIdentity,
} from '../generated/documents.ts';
import { html } from '../html.ts';
import { jsonField } from '../json-field.ts';
import { alert, card } from '../layout.ts';
import type { ShownPage } from '../page.ts';
import { leaveForProvider, pagesOfProviders } from '../provider-page.ts';
import { attempt, Refusal } from '../refusal.ts';
import { texts } from '../texts.ts';
import { accountOf, formActionOf, sectionPaths } from './account-layout.ts';
import type { Action, ActionVisit } from './section.ts';
import { shownOnce } from './shown-once.ts';

const words = texts.account.security;

/** The actions of the section's forms, and the pages between them. */
export const securityActions: Readonly<Record<string, Action>> = {
  async 'change-password'({ ask, form: sent }) {
    const [currentPassword, newPassword] = [sent.get('currentPassword') ?? '', sent.get('newPassword') ?? ''];
    await ask(ChangePassword, { currentPassword, newPassword, revokeApiKeys: revokesApiKeys(sent) });
    return { done: 'password-changed' };
  },

  async 'begin-totp'(visit) {
    const { beginTotpEnrolment } = await visit.ask(BeginTotpEnrolment);
    return scanPage(visit, beginTotpEnrolment, null);
  },
  async 'confirm-totp'(visit) {
    const { ask, form: sent } = visit;
    const answer = await attempt(ask(ConfirmTotpEnrolment, { code: sent.get('code') ?? '' }));
    if (!(answer instanceof Refusal)) return codesPage(visit, answer.confirmTotpEnrolment.codes);
    if (answer.code !== 'INVALID_CREDENTIALS' && answer.field !== 'code') throw answer;
    const [secret = '', uri = '', qrCode = ''] = ['secret', 'uri', 'qrCode'].map((name) => sent.get(name));
    return scanPage(visit, { secret, uri, qrCode }, { form: sent, refusal: answer });
  },
  async 'remove-totp'({ ask }) {
    await ask(DisableTotp);
    return { done: 'totp-removed' };
  },
  async 'renew-codes'(visit) {
    const { regenerateRecoveryCodes } = await visit.ask(RegenerateRecoveryCodes);
    return codesPage(visit, regenerateRecoveryCodes.codes);
  },

  async 'begin-passkey'(visit) {
    const { beginPasskeyRegistration } = await visit.ask(BeginPasskeyRegistration);
    return newPasskeyPage(visit, beginPasskeyRegistration);
  },
  async 'finish-passkey'({ ask, form: sent }) {
    const name = sent.get('name');
    const response = jsonField(sent.get('passkey'));
    await ask(FinishPasskeyRegistration, { response, ...(name === undefined ? {} : { name }) });
    return { done: 'passkey-added' };
  },
  async 'rename-passkey'({ ask, form: sent }) {
    await ask(RenamePasskey, { id: sent.get('id') ?? '', name: sent.get('name') ?? '' });
    return { done: 'passkey-renamed' };
  },
  async 'remove-passkey'({ ask, form: sent }) {
    await ask(RemovePasskey, { id: sent.get('id') ?? '' });
    return { done: 'passkey-removed' };
  },

  async 'link-identity'(visit) {
    const returnTo = `${visit.site.publicUrl}${pagesOfProviders.security}?done=identity-linked`;
    return leaveForProvider(visit, { provider: visit.form.get('id') ?? '', returnTo, link: true });
  },
  async 'unlink-identity'({ ask, form: sent }) {
    await ask(UnlinkExternalIdentity, { id: sent.get('id') ?? '' });
    return { done: 'identity-unlinked' };
  },

  async 'revoke-device'({ ask, form: sent }) {
    await ask(RevokeTrustedDevice, { id: sent.get('id') ?? '' });
    return { done: 'device-removed' };
  },
};

const actionOf = (visit: ActionVisit): string => formActionOf(visit.site, sectionPaths.security, accountOf(visit));
const sectionOf = ({ site }: ActionVisit): string => site.base + sectionPaths.security;

interface Enrolment {
  readonly secret: string;
  readonly uri: string;
  /** An SVG image. */
  readonly qrCode: string;
}

function scanPage(visit: ActionVisit, { secret, uri, qrCode }: Enrolment, tried: Tried | null): ShownPage {
  const picture = `data:image/svg+xml;base64,${Buffer.from(qrCode).toString('base64')}`;
  const content = html`
    <img class="qr" src="${picture}" alt="${words.scanAlt}" />
    <div class="field">
      <p class="hint">${words.secret}</p>
      <code class="secret" data-keep="${secret}">${secret.replaceAll(/(.{4})/g, '$1 ').trim()}</code>
      ${uri.startsWith('otpauth:') && html`<p class="aside"><a href="${uri}">${words.openApp}</a></p>`}
    </div>
    ${form({
      action: actionOf(visit),
      id: 'totp',
      hidden: { action: 'confirm-totp', secret, uri, qrCode },
      tried,
      focus: true,
      fieldOfCode: { INVALID_CREDENTIALS: 'code' },
      fields: [{ kind: 'code', name: 'code', label: texts.fields.code, autocomplete: 'one-time-code' }],
      submit: words.confirmTotp,
    })}
    <p class="foot"><a href="${sectionOf(visit)}">${texts.cancel}</a></p>
  `;
  return { title: words.scanTitle, main: card(words.scanTitle, words.scanLead, content) };
}

const codesPage = (visit: ActionVisit, codes: readonly string[]): ShownPage =>
  shownOnce({
    title: words.codesTitle,
    lead: words.codesLead,
    shown: html`<code class="secret codes" data-keep="${codes.join('\n')}" data-file="recovery-codes.txt"
      >${codes.join('\n')}</code
    >`,
    stored: words.stored,
    next: sectionOf(visit),
  });

function newPasskeyPage(visit: ActionVisit, options: unknown): ShownPage {
  const content = html`
    ${form({
      action: actionOf(visit),
      id: 'passkey',
      hidden: { action: 'finish-passkey', passkey: '' },
      focus: true,
      fields: [
        {
          name: 'name',
          label: words.passkeyName,
          autocomplete: 'off',
          hint: words.passkeyNameHint,
          optional: true,
        },
      ],
      data: { 'data-passkey': 'create', 'data-options': JSON.stringify(options) },
      submit: words.createPasskey,
    })}
    <noscript>${alert(words.needsScript)}</noscript>
    <p class="foot"><a href="${sectionOf(visit)}">${texts.cancel}</a></p>
  `;
  return { title: words.passkeyTitle, main: card(words.passkeyTitle, words.passkeyLead, content) };
}
