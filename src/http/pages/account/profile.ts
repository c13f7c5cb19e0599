import { displayNameField } from '../account-fields.ts';
import { form } from '../form.ts';
import {
  CloseAccount,
  Profile,
  RequestEmailChange,
  RequestEmailVerification,
  UpdateProfile,
  type ProfileQuery,
} from '../generated/documents.ts';
import { html, type Html } from '../html.ts';
import { time } from '../layout.ts';
import { texts } from '../texts.ts';
import { badge, disclosure, panel, passkeyHints, sectionPaths } from './account-layout.ts';
import { meOf } from './me.ts';
import type { Section, SectionView } from './section.ts';

type Data = NonNullable<ProfileQuery['me']>;

const words = texts.account.profile;

/** Name and e-mail address, and the end of the account. */
export const profile: Section<Data> = {
  name: 'profile',
  path: sectionPaths.profile,
  load: async (ask) => meOf((await ask(Profile)).me),
  show: (me, view) => html`
    ${namePanel(me, view)} ${emailPanel(me, view)} ${closePanel(view)} ${passkeyHints(me.passkeySignals)}
  `,
  actions: {
    async save({ ask, form: sent }) {
      await ask(UpdateProfile, { displayName: sent.get('displayName') ?? '' });
      return { done: 'profile-saved' };
    },
    async verify({ ask }) {
      await ask(RequestEmailVerification);
      return { done: 'verification-sent' };
    },
    async 'change-email'({ ask, form: sent }) {
      const password = sent.get('password');
      await ask(RequestEmailChange, {
        newEmail: sent.get('newEmail') ?? '',
        ...(password === undefined ? {} : { password }),
      });
      return { done: 'email-change-sent' };
    },
    async close({ ask, site }) {
      await ask(CloseAccount);
      return { redirectTo: `${site.base}/sign-in?done=account-closed` };
    },
  },
};

function namePanel({ displayName, createdAt }: Data, { action, triedOf }: SectionView): Html {
  const parts = {
    action,
    id: 'profile',
    hidden: { action: 'save' },
    tried: triedOf('save'),
    fields: [{ ...displayNameField, value: displayName }],
    submit: words.save,
  };
  return panel(words.name, html`${form(parts)}`, { lead: html`${words.since} ${time(createdAt, 'date')}` });
}

/** Asks for the proof of an account without a second factor; another one is asked for it by a step of its own. */
const passwordField = {
  kind: 'password' as const,
  name: 'password',
  label: texts.fields.currentPassword,
  autocomplete: 'current-password',
  // Of an account without a password a recent sign-in is enough.
  optional: true,
};

function emailPanel({ email, emailVerified, secondFactors }: Data, view: SectionView): Html {
  const { action, triedOf } = view;
  const tried = triedOf('change-email');
  const change = {
    action,
    id: 'change',
    hidden: { action: 'change-email' },
    tried,
    fields: [
      {
        kind: 'email' as const,
        name: 'newEmail',
        label: words.newEmail,
        autocomplete: 'email',
        hint: words.changeHint,
      },
      ...(secondFactors?.length === 0 ? [passwordField] : []),
    ],
    fieldOfCode: { INVALID_CREDENTIALS: 'password' },
    submit: words.sendChange,
  };
  return panel(
    words.email,
    html`
      <p>${email}</p>
      <div class="disclosures">
        ${emailVerified !== true && verification(view)}
        ${disclosure(words.change, form(change), { open: tried !== null })}
      </div>
    `,
    { badge: emailVerified === true ? badge(`✓ ${words.verified}`, true) : badge(words.unverified) },
  );
}

const verification = ({ action, triedOf }: SectionView): Html =>
  form({
    action,
    id: 'verify',
    hidden: { action: 'verify' },
    tried: triedOf('verify'),
    fields: [],
    submit: words.sendVerification,
    style: 'secondary',
  });

function closePanel({ action, triedOf }: SectionView): Html {
  const tried = triedOf('close');
  const close = {
    action,
    id: 'close',
    hidden: { action: 'close' },
    tried,
    fields: [],
    submit: words.closeSubmit,
    style: 'danger' as const,
  };
  return panel(words.close, disclosure(words.close, form(close), { open: tried !== null }), { lead: words.closeLead });
}
